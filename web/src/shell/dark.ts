/** Dark or light: as the system says, unless the person chose. */
import { useSyncExternalStore } from 'react';

export type Look = 'system' | 'dark' | 'light';

const REMEMBERED = 'sharp-eyes.look';
const asked = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function remembered(): Look {
  try {
    const look = localStorage.getItem(REMEMBERED);
    return look === 'dark' || look === 'light' ? look : 'system';
  } catch {
    return 'system';
  }
}

let chosen = remembered();

/** Choose a look and remember it. */
export function wear(look: Look): void {
  chosen = look;
  try {
    localStorage.setItem(REMEMBERED, look);
  } catch {
    // Not remembered, still worn.
  }
  listeners.forEach((tell) => {
    tell();
  });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  asked.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    asked.removeEventListener('change', listener);
  };
}

export function useLook(): Look {
  return useSyncExternalStore(subscribe, () => chosen);
}

export function useDark(): boolean {
  return useSyncExternalStore(subscribe, () => (chosen === 'system' ? asked.matches : chosen === 'dark'));
}
