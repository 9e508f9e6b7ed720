/** Short names of camera states, for filters; the service says the long words. */
import { useWords } from '~/i18n/words';
import { words } from './words';

export const STATES = [
  'live', 'connecting', 'stalled', 'refused', 'unreachable', 'not_found', 'not_video', 'no_key_frame',
  'online_without_media', 'forbidden_url', 'ended', 'failed', 'off',
  'frozen', 'black', 'bright', 'covered', 'blurred', 'damaged', 'moved',
] as const;

type State = (typeof STATES)[number];

const isState = (state: string): state is State => (STATES as readonly string[]).includes(state);

export function useStateName(): (state: string) => string {
  const say = useWords(words);
  return (state) => (isState(state) ? say(`state.${state}`) : state);
}

/** What to do about a camera that shows nothing. */
export function useAdvice(): (state: string) => string {
  const say = useWords(words);
  return (state) => {
    switch (state) {
      case 'refused':
      case 'unreachable':
      case 'not_found':
      case 'not_video':
      case 'no_key_frame':
      case 'stalled':
      case 'online_without_media':
      case 'forbidden_url':
      case 'frozen':
      case 'black':
      case 'bright':
      case 'covered':
      case 'blurred':
      case 'damaged':
      case 'moved':
        return say(`advice.${state}`);
      case 'live':
      case 'connecting':
      case 'off':
        return '';
      default:
        return say('advice.failed');
    }
  };
}
