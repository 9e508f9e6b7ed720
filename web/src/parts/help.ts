/** What keys do on the page that is open; the shell shows it under `?`. */
import { useEffect, useSyncExternalStore } from 'react';

export interface KeyHelp {
  /** Keys as printed on them: one of ['J'], or together ['Ctrl', 'Z']. */
  press: string[];
  does: string;
}

export interface HelpSection {
  title: string;
  rows: KeyHelp[];
}

let sections: readonly HelpSection[] = [];
const watchers = new Set<() => void>();

function set(next: readonly HelpSection[]): void {
  sections = next;
  watchers.forEach((tell) => {
    tell();
  });
}

/** Name the keys of a page while it is open. Memoise `section`. */
export function useKeyHelp(section: HelpSection): void {
  useEffect(() => {
    set([...sections, section]);
    return () => {
      set(sections.filter((one) => one !== section));
    };
  }, [section]);
}

export function useHelpSections(): readonly HelpSection[] {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => sections,
  );
}
