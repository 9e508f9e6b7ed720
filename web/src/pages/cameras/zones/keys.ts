/** What keys do in the zone editor. Pure. */
import type { Action, Editor } from './editor';
import type { Size } from './geometry';

export interface Key {
  key: string;
  ctrl: boolean;
  shift: boolean;
}

/** The action of a key; null: it is not the editor's. Arrows move by a pixel, with Shift by ten. */
export function actionOf({ key, ctrl, shift }: Key, editor: Editor, size: Size): Action | null {
  if (ctrl) {
    if (key.toLowerCase() === 'z') return { do: shift ? 'redo' : 'undo' };
    return key.toLowerCase() === 'y' ? { do: 'redo' } : null;
  }
  const far = shift ? 10 : 1;
  switch (key) {
    case 'Escape':
      return editor.line || editor.chosen !== null ? { do: 'cancel' } : null;
    case 'Enter':
      return editor.line ? { do: 'close' } : null;
    case 'Delete':
    case 'Backspace':
      if (editor.line) return { do: 'unplace' };
      if (editor.chosen === null) return null;
      return editor.vertex === null ? { do: 'removeZone', key: editor.chosen } : { do: 'removeVertex' };
    case 'ArrowLeft':
      return nudge(editor, -far / size.width, 0);
    case 'ArrowRight':
      return nudge(editor, far / size.width, 0);
    case 'ArrowUp':
      return nudge(editor, 0, -far / size.height);
    case 'ArrowDown':
      return nudge(editor, 0, far / size.height);
    default:
      return null;
  }
}

function nudge(editor: Editor, dx: number, dy: number): Action | null {
  return editor.chosen === null || editor.line ? null : { do: 'nudge', dx, dy };
}
