/** A destination as a form. The stored secret is never shown; left empty, it stays. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer, Flex, Form, Input, Radio, Select, Switch } from 'antd';
import { api, ask, type Schemas } from '~/api/client';
import { ApiProblem } from '~/api/problem';
import { keys } from '~/api/queries';
import { useWords } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import type { Destination } from './deliveries';
import { words } from './words';

type Values = Required<Omit<Schemas['DestinationIn'], 'secret' | 'options' | 'filter'>> & {
  id: string;
  secret: string;
  /** A JSON object. */
  options: string;
  kinds: string[];
  districts: string[];
  severity: Schemas['Filter']['severity'];
};

const TYPES = ['webhook', 'kafka', 'nats', 'mqtt', 'rabbitmq', 'redis'] as const;
const SEVERITIES = ['low', 'medium', 'high', 'urgent'] as const;
const ADDRESS = /^(https?|kafkas?|nats|tls|mqtts?|amqps?|rediss?):\/\/.+/;

interface DestinationDrawerProps {
  /** null: a new one. */
  destination: Destination | null;
  onClose: () => void;
}

export function DestinationDrawer({ destination, onClose }: DestinationDrawerProps) {
  const say = useWords(words);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const save = useMutation({
    mutationFn: ({ id, secret, options, kinds, districts, severity, ...rest }: Values) =>
      ask(
        api.PUT('/api/v1/destinations/{destination}', {
          params: { path: { destination: id } },
          body: {
            ...rest,
            options: object(options) ?? {},
            filter: { types: destination?.filter.types ?? [], kinds, districts, severity: severity ?? null },
            ...(secret === '' ? {} : { secret }),
          },
        }),
      ),
    onSuccess: async () => {
      void message.success(say('saved'));
      await client.invalidateQueries({ queryKey: keys.destinations() });
      onClose();
    },
    onError: (error) => {
      if (error instanceof ApiProblem) {
        form.setFields(error.errors.map(({ field, reason }) => ({ name: field as keyof Values, errors: [reason] })));
      }
    },
  });
  const choice = (name: 'audience' | 'pictures', options: { value: string; label: string }[]) => (
    <Form.Item name={name} label={say(name)}><Radio.Group options={options} className="se-radios" /></Form.Item>
  );
  return (
    <Drawer
      open
      title={destination === null ? say('add') : destination.id}
      onClose={onClose}
      footer={
        <Flex gap={8}>
          <Button type="primary" loading={save.isPending} onClick={() => { form.submit(); }}>{say('save')}</Button>
          <Button onClick={onClose}>{say('cancel')}</Button>
        </Flex>
      }
    >
      {save.isError && <Failure error={save.error} />}
      <Form<Values> form={form} layout="vertical" initialValues={first(destination)} onFinish={(values) => { save.mutate(values); }}>
        <Form.Item name="id" label={say('id')} extra={say('idHint')} rules={[{ pattern: /^[a-z0-9][a-z0-9_-]{0,63}$/, required: true, message: say('idNeeded') }]}>
          <Input disabled={destination !== null} maxLength={64} />
        </Form.Item>
        <Form.Item name="type" label={say('type')}>
          <Select options={TYPES.map((value) => ({ value, label: say(`type_${value}`) }))} />
        </Form.Item>
        <Form.Item name="url" label={say('url')} extra={say('urlHint')} rules={[{ pattern: ADDRESS, required: true, message: say('urlNeeded') }]}>
          <Input />
        </Form.Item>
        <Form.Item name="secret" label={say('secret')} extra={say('secretHint')}>
          <Input.Password autoComplete="new-password" placeholder={destination?.has_secret ? say('secretKeep') : ''} />
        </Form.Item>
        {choice('audience', [
          { value: 'city', label: say('audience_city') },
          { value: 'internal', label: say('audience_internal') },
        ])}
        {choice('pictures', [
          { value: 'none', label: say('pictures_none') },
          { value: 'masked', label: say('pictures_masked') },
          { value: 'original', label: say('pictures_original') },
        ])}
        <Form.Item name="kinds" label={say('kinds')} extra={say('filterHint')}>
          <Select mode="tags" tokenSeparators={[',', ' ']} />
        </Form.Item>
        <Form.Item name="districts" label={say('districts')} extra={say('districtsHint')}>
          <Select mode="tags" tokenSeparators={[',', ' ']} />
        </Form.Item>
        <Form.Item name="severity" label={say('severity')}>
          <Select allowClear options={SEVERITIES.map((value) => ({ value, label: say(`severity_${value}`) }))} />
        </Form.Item>
        <Form.Item
          name="options"
          label={say('options')}
          extra={say('optionsHint')}
          rules={[{ validator: async (_, text: string) => { if (object(text) === null) await Promise.reject(new Error(say('optionsNeeded'))); } }]}
        >
          <Input.TextArea autoSize={{ minRows: 2 }} spellCheck={false} />
        </Form.Item>
        <Form.Item name="enabled" label={say('enabled')} valuePropName="checked"><Switch /></Form.Item>
      </Form>
    </Drawer>
  );
}

function first(destination: Destination | null): Values {
  if (destination === null) {
    return {
      id: '', type: 'webhook', url: '', secret: '', audience: 'city', pictures: 'masked', enabled: true,
      options: '', kinds: [], districts: [], severity: null,
    };
  }
  const { id, type, url, audience, pictures, enabled, options, filter } = destination;
  return {
    id, type, url, audience, pictures, enabled, secret: '',
    options: Object.keys(options).length === 0 ? '' : JSON.stringify(options, null, 2),
    kinds: filter.kinds, districts: filter.districts, severity: filter.severity ?? null,
  };
}

/** The object that a text holds, {} for an empty one, null when it holds something else. */
function object(text: string): Record<string, unknown> | null {
  if (text.trim() === '') return {};
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
