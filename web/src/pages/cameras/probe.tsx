/** One try of an address before it is saved: what came, or in words why not and what to do. */
import { Alert } from 'antd';
import { useRef, useState } from 'react';
import { api, ask, type Schemas } from '~/api/client';
import { useText, useWords } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import { useAdvice } from './states';
import { words } from './words';

type Probed = Schemas['Probed'];

export interface Probe {
  running: boolean;
  found: Probed | null;
  error: unknown;
  run: (what: Schemas['ProbeIn']) => void;
  /** The address was changed: what was found is not about it. */
  forget: () => void;
}

export function useProbe(): Probe {
  const [state, setState] = useState<Pick<Probe, 'running' | 'found' | 'error'>>({ running: false, found: null, error: null });
  const stop = useRef<AbortController>(null);
  const forget = (): void => {
    stop.current?.abort();
    setState({ running: false, found: null, error: null });
  };
  const run = (body: Schemas['ProbeIn']): void => {
    stop.current?.abort();
    const mine = new AbortController();
    stop.current = mine;
    setState({ running: true, found: null, error: null });
    ask(api.POST('/api/v1/probe', { body, signal: mine.signal })).then(
      (found) => { if (!mine.signal.aborted) setState({ running: false, found, error: null }); },
      (error: unknown) => { if (!mine.signal.aborted) setState({ running: false, found: null, error }); },
    );
  };
  return { ...state, run, forget };
}

export function ProbeResult({ probe: { found, error } }: { probe: Probe }) {
  const say = useWords(words);
  const text = useText();
  const advice = useAdvice();
  if (error !== null) return <Failure error={error} small />;
  if (found === null) return null;
  if (!found.works) {
    return <Alert type="error" showIcon title={text(found.words)} description={advice(found.state)} data-probe={found.state} />;
  }
  const rate = found.rate > 0 ? say('rate', { rate: Math.round(found.rate * 10) / 10 }) : '';
  const facts = [found.codec.toUpperCase(), `${String(found.width)} × ${String(found.height)}`, rate];
  return (
    <div className="se-probe-found" data-probe={found.state}>
      <Alert type="success" showIcon title={say('works')} description={facts.filter((f) => f !== '').join(' · ')} />
      {found.picture !== '' && <img src={`data:image/jpeg;base64,${found.picture}`} alt={say('firstPicture')} />}
    </div>
  );
}
