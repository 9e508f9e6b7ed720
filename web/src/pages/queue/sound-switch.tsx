/** A soft tone when something of high severity arrives; off unless switched on. */
import { BellOutlined, SoundOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Tooltip } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { onLive } from '~/api/live';
import { useWords } from '~/i18n/words';
import { isGrave } from '../incident/marks';
import { preload } from '../incident/use-incident';
import type { Incident } from '../incident/types';
import { keys } from '~/api/queries';
import { words } from './words';

const REMEMBERED = 'sharp-eyes.sound';
const APART_MS = 5000;

export function SoundSwitch() {
  const say = useWords(words);
  const client = useQueryClient();
  const [on, setOn] = useState(() => localStorage.getItem(REMEMBERED) === 'on');
  const context = useRef<AudioContext | null>(null);
  const soundedAt = useRef(0);
  useEffect(() => {
    if (!on) return undefined;
    return onLive(({ type, change, id }) => {
      const arrives = type === 'incident' && (change === 'opened' || change === 'reopened');
      if (!arrives || Date.now() - soundedAt.current < APART_MS) return;
      void preload(client, id).then(() => {
        const severity = client.getQueryData<Incident>(keys.incident(id))?.severity;
        if (severity === undefined || !isGrave(severity)) return;
        soundedAt.current = Date.now();
        tone((context.current ??= new AudioContext()));
      });
    });
  }, [on, client]);
  const label = say(on ? 'soundOn' : 'soundOff');
  return (
    <Tooltip title={label}>
      <Button
        type="text"
        size="small"
        icon={on ? <SoundOutlined /> : <BellOutlined />}
        aria-label={label}
        aria-pressed={on}
        onClick={() => {
          localStorage.setItem(REMEMBERED, on ? 'off' : 'on');
          if (!on) tone((context.current ??= new AudioContext()));
          setOn(!on);
        }}
      />
    </Tooltip>
  );
}

function tone(context: AudioContext): void {
  void context.resume();
  const [oscillator, gain] = [context.createOscillator(), context.createGain()];
  oscillator.frequency.value = 660;
  gain.gain.setValueAtTime(0.0001, context.currentTime);
  gain.gain.exponentialRampToValueAtTime(0.12, context.currentTime + 0.03);
  gain.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + 0.6);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start();
  oscillator.stop(context.currentTime + 0.65);
}
