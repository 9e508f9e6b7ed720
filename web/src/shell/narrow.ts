/** Whether the window is too narrow for a navigation beside the page. */
import { useSyncExternalStore } from 'react';

const asked = window.matchMedia('(max-width: 899px)');

export function useNarrow(): boolean {
  return useSyncExternalStore(
    (tell) => {
      asked.addEventListener('change', tell);
      return () => {
        asked.removeEventListener('change', tell);
      };
    },
    () => asked.matches,
  );
}
