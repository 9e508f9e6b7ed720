/** A refusal or an absence in words, with the way on. */
import { Alert, Button } from 'antd';
import { ApiProblem, isOutdated, Unreachable } from '~/api/problem';
import { inChinese } from '~/api/reasons';
import { useLanguage, useWords, type Say } from '~/i18n/words';
import { words } from './words';

type Key = Parameters<Say<NonNullable<(typeof words)['keys']>>>[0];

interface FailureProps {
  error: unknown;
  onRetry?: () => void;
  /** In a form or a table, without the big icon. */
  small?: boolean;
}

/** Title and hint of an error: which words fit it. */
export function wordsOf(error: unknown): { title: Key; hint: Key | null } {
  if (error instanceof Unreachable) return { title: 'unreachable', hint: 'unreachableHint' };
  if (!(error instanceof ApiProblem)) return { title: 'failed', hint: null };
  if (error.type === 'worker-away') return { title: 'workerAway', hint: 'workerAwayHint' };
  if (error.status === 403) return { title: 'forbidden', hint: 'forbiddenHint' };
  if (error.status === 404) return { title: 'notFound', hint: null };
  if (isOutdated(error)) return { title: 'outdated', hint: 'outdatedHint' };
  if (error.type === 'conflict') return { title: 'conflict', hint: null };
  if (error.status === 422 || error.status === 400) return { title: 'invalid', hint: null };
  if (error.status === 429) return { title: 'tooMany', hint: null };
  if (error.status >= 500) return { title: 'internal', hint: 'internalHint' };
  return { title: 'failed', hint: null };
}

/** What went wrong and what to do about it. Renders nothing without an error. */
export function Failure({ error, onRetry, small = false }: FailureProps) {
  const say = useWords(words);
  const language = useLanguage();
  if (error === null || error === undefined) return null;
  const { title, hint } = wordsOf(error);
  const problem = error instanceof ApiProblem ? error : null;
  const wait = problem?.retryAfter ?? null;
  const read = language === 'zh' ? inChinese : String;
  const detail = problem === null || isOutdated(error) ? '' : problem.detail || (title === 'failed' ? problem.title : '');
  return (
    <Alert
      type={error instanceof Unreachable || problem?.type === 'worker-away' ? 'warning' : 'error'}
      showIcon={!small}
      title={say(title)}
      description={
        <>
          {detail !== '' && <div>{read(detail)}</div>}
          {problem?.errors.map(({ field, reason }) => (
            <div key={`${field} ${reason}`}>
              {field !== '' && <code>{field}</code>} {reason}
            </div>
          ))}
          {hint !== null && <div>{say(hint)}</div>}
          {wait !== null && <div>{say('retryIn', { seconds: Math.ceil(wait) })}</div>}
        </>
      }
      action={
        onRetry !== undefined && (
          <Button size="small" onClick={onRetry}>
            {say('retry')}
          </Button>
        )
      }
    />
  );
}
