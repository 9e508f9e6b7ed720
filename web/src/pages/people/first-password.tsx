/** A first password, shown once. */
import type { Schemas } from '~/api/client';
import { useWords } from '~/i18n/words';
import { ShownOnce } from '~/parts/secret';
import { words } from './words';

export function FirstPassword({ given, onClose }: { given: Schemas['FirstPassword']; onClose: () => void }) {
  const say = useWords(words);
  return (
    <ShownOnce
      title={say('passwordOf', { name: given.user.name })}
      value={given.password}
      hint={say('passwordOnce')}
      done={say('done')}
      onClose={onClose}
    />
  );
}
