/** One ear for the keys of the queue and the incident: whoever was mounted last answers first. */

import { useEffect, useRef } from 'react';
import { command, focusOf, type Command, type Open } from './keys';

/** Returns whether the command was taken. `at` is when the key went down, not when we came to it. */
type Handler = (asked: Command, at: number) => boolean;

const handlers: { current: Handler }[] = [];
let lists = 0;

function isOpen(): Open {
  const inDialog = document.activeElement?.closest('.ant-modal, .ant-drawer, .ant-picker-dropdown');
  if (inDialog || document.querySelector('.ant-image-preview:not([style*="display: none"])')) return 'dialog';
  return lists > 0 ? 'list' : 'nothing';
}

function listen(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const asked = command(event, focusOf(event.target), isOpen());
  if (asked === null) return;
  for (const handler of [...handlers].reverse()) {
    if (handler.current(asked, event.timeStamp)) {
      event.preventDefault();
      return;
    }
  }
}

/** Answers keys while mounted. */
export function useCommands(handler: Handler): void {
  const kept = useRef(handler);
  useEffect(() => {
    kept.current = handler;
  });
  useEffect(() => {
    if (handlers.length === 0) window.addEventListener('keydown', listen);
    handlers.push(kept);
    return () => {
      handlers.splice(handlers.indexOf(kept), 1);
      if (handlers.length === 0) window.removeEventListener('keydown', listen);
    };
  }, []);
}

/** Says that a numbered list is open: digits choose from it then. */
export function useOpenList(open: boolean): void {
  useEffect(() => {
    if (!open) return undefined;
    lists += 1;
    return () => {
      lists -= 1;
    };
  }, [open]);
}
