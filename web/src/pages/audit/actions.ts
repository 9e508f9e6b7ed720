/** Names of audited actions; one that is not known here is shown as it is written. */
import { useWords } from '~/i18n/words';
import { words } from './words';

/** The action filter finds by the beginning: 'camera' finds 'camera.put'. */
export const GROUPS = [
  'incident', 'place', 'camera', 'task', 'template', 'algorithm', 'destination', 'user', 'key', 'login', 'logout',
] as const;

export const ACTIONS = [
  'login', 'login.failed', 'login.locked', 'logout',
  'incident.confirm', 'incident.reject', 'incident.mark_duplicate', 'incident.check_in_field',
  'incident.redecide', 'incident.withdraw', 'incident.originals',
  'incident.opened', 'incident.updated', 'incident.evidence', 'incident.cleared', 'incident.reopened', 'incident.muted', 'incident.repeated',
  'place.lift_mute',
  'camera.put', 'camera.remove', 'camera.original', 'task.put', 'task.remove',
  'template.put', 'template.remove', 'algorithm.put', 'algorithm.remove',
  'destination.put', 'destination.remove', 'key.make', 'key.revoke',
  'user.add', 'user.change', 'user.password', 'user.password-reset',
] as const;

type Group = (typeof GROUPS)[number];
type Action = (typeof ACTIONS)[number];

const isAction = (action: string): action is Action => (ACTIONS as readonly string[]).includes(action);

export function useActionName(): { action: (action: string) => string; group: (group: Group) => string } {
  const say = useWords(words);
  return {
    action: (action) => (isAction(action) ? say(`action.${action}`) : action),
    group: (group) => say(`group.${group}`),
  };
}
