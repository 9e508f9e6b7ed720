/** Whether there is room for the incident beside the list. */
import { useSyncExternalStore } from 'react';

const ROOM = '(min-width: 1100px)';

function watch(tell: () => void): () => void {
  const room = matchMedia(ROOM);
  room.addEventListener('change', tell);
  return () => {
    room.removeEventListener('change', tell);
  };
}

export function useWide(): boolean {
  return useSyncExternalStore(watch, () => matchMedia(ROOM).matches);
}
