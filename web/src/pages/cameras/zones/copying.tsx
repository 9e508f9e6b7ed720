/** Zones of another camera for this one, and this one's for others. */
import { useMutation } from '@tanstack/react-query';
import { Alert, App, Checkbox, Flex, Modal, Select, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { api, ask } from '~/api/client';
import { useText, useWords } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import { useCamera, useCameras, useNames, useStale } from '../queries';
import type { Zone } from './editor';
import { ZoneShapes } from './shapes';
import { words } from './words';

interface CopyFromProps {
  camera: string;
  algorithm: string;
  onTake: (zones: Zone[]) => void;
  onClose: () => void;
}

export function CopyFrom({ camera, algorithm, onTake, onClose }: CopyFromProps) {
  const say = useWords(words);
  const [from, setFrom] = useState<string[]>([]);
  const [source] = from;
  return (
    <Modal open title={say('copyFromTitle')} footer={null} onCancel={onClose} destroyOnHidden>
      <Flex vertical gap={12}>
        <PickCameras value={from} onChange={setFrom} without="" most={1} />
        {source !== undefined && (
          <ZonesOf
            key={source}
            camera={source}
            own={source === camera ? algorithm : ''}
            onTake={(zones) => {
              onTake(zones);
              onClose();
            }}
          />
        )}
        <Typography.Text type="secondary">{say('sameViewHint')} {say('takeHint')}</Typography.Text>
      </Flex>
    </Modal>
  );
}

/** What there is to copy from a camera, by algorithm; another algorithm of the same camera, too. */
function ZonesOf({ camera, own, onTake }: { camera: string; own: string; onTake: (zones: Zone[]) => void }) {
  const say = useWords(words);
  const text = useText();
  const nameOf = useNames();
  const query = useCamera(camera);
  if (query.isError) return <Failure error={query.error} small />;
  const tasks = (query.data?.tasks ?? []).filter((t) => t.algorithm !== own && (t.wanted.zones?.length ?? 0) > 0);
  if (query.data !== undefined && tasks.length === 0) return <Alert type="info" title={say('noZonesThere')} />;
  return tasks.map(({ algorithm, wanted }) => {
    const zones = wanted.zones ?? [];
    return (
      <button key={algorithm} type="button" className="se-copy-card" onClick={() => { onTake(zones); }}>
        <span className="se-copy-picture"><ZoneShapes zones={zones} /></span>
        <span>
          <strong>{text(nameOf(algorithm))}</strong>
          <br />
          {say('take', { count: zones.length })}
        </span>
      </button>
    );
  });
}

type What = 'zones' | 'parameters' | 'time_plan';

export function CopyTo({ camera, algorithm, onClose }: { camera: string; algorithm: string; onClose: () => void }) {
  const say = useWords(words);
  const { message } = App.useApp();
  const stale = useStale();
  const [to, setTo] = useState<string[]>([]);
  const [what, setWhat] = useState<What[]>(['zones']);
  const copy = useMutation({
    mutationFn: () =>
      ask(api.POST('/api/v1/cameras/{camera}/tasks/{algorithm}/copy', { params: { path: { camera, algorithm } }, body: { to, what } })),
    onSuccess: async () => {
      void message.success(say('copied', { count: to.length }));
      await stale();
      onClose();
    },
  });
  return (
    <Modal
      open
      title={say('copyToTitle')}
      onCancel={onClose}
      onOk={() => { copy.mutate(); }}
      okText={say('copy')}
      cancelText={say('cancel')}
      okButtonProps={{ disabled: to.length === 0 || what.length === 0, loading: copy.isPending }}
      destroyOnHidden
    >
      <Flex vertical gap={12}>
        <PickCameras value={to} onChange={setTo} without={camera} />
        <Checkbox.Group<What>
          value={what}
          onChange={setWhat}
          options={[
            { value: 'zones', label: say('zones') },
            { value: 'parameters', label: say('parameters') },
            { value: 'time_plan', label: say('timePlan') },
          ]}
        />
        <Typography.Text type="secondary">{say('copyReplaces')} {say('sameViewHint')}</Typography.Text>
        {copy.isError && <Failure error={copy.error} small />}
      </Flex>
    </Modal>
  );
}

interface PickCamerasProps {
  value: string[];
  onChange: (ids: string[]) => void;
  without: string;
  most?: number;
}

/** Cameras found on the server: there may be thousands. */
function PickCameras({ value, onChange, without, most }: PickCamerasProps) {
  const say = useWords(words);
  const [typed, setTyped] = useState('');
  const [search, setSearch] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => { setSearch(typed); }, 300);
    return () => { clearTimeout(timer); };
  }, [typed]);
  const { data, isFetching } = useCameras({ search, states: [], blind: false, unit: '', after: '' }, 50);
  const options = (data?.cameras ?? [])
    .filter(({ id }) => id !== without)
    .map(({ id, name }) => ({ value: id, label: name === '' ? id : `${name} (${id})` }));
  return (
    <Select
      mode={most === 1 ? undefined : 'multiple'}
      value={most === 1 ? value[0] : value}
      onChange={(ids: string | string[]) => { onChange([ids].flat()); }}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      placeholder={say('pickCamera')}
      aria-label={say('pickCamera')}
      options={options}
      loading={isFetching}
    />
  );
}
