/**
 * Links to evidence are signed anew with every answer. The one in use is kept while it works: a
 * picture does not flicker and a clip does not start over because somebody saw the incident again.
 */

import type { Evidence } from './types';

const MARGIN_MS = 20_000;

export class Links {
  private readonly kept = new Map<string, string>();

  /** Returns the link to use: the kept one as long as it lives, else the given one. */
  of(evidence: Evidence, now = Date.now()): string {
    if (evidence.url === '') return '';
    const name = nameOf(evidence);
    const kept = this.kept.get(name);
    if (kept !== undefined && until(kept) - MARGIN_MS > now) return kept;
    this.kept.set(name, evidence.url);
    return evidence.url;
  }

  /** Forgets a link that does not work any more. */
  forget(evidence: Evidence): void {
    this.kept.delete(nameOf(evidence));
  }
}

/** Returns until when a link lives, in ms; links that do not say so are not kept. */
export function until(url: string): number {
  const seconds = Number(new URL(url, 'http://here').searchParams.get('until'));
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}

function nameOf(evidence: Evidence): string {
  return `${evidence.sha256} ${String(evidence.masked)}`;
}

export const links = new Links();
