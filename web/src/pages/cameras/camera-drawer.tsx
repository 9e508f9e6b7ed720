/** A camera to add or to change: address, login, what it is, and one try before it is saved. */
import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Collapse, Drawer, Flex, Form, Input, InputNumber, Select, Switch, Typography } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, ask } from '~/api/client';
import { ApiProblem, isOutdated } from '~/api/problem';
import { useWords } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import { AddressHelp } from './address-help';
import { parted } from './addresses';
import { CRS, fieldErrors, inputOf, isMoved, valuesOf, ZONES, type Values } from './camera-values';
import { ProbeResult, useProbe } from './probe';
import { useStale, type CameraDetail } from './queries';
import { pageOf } from './table';
import { words } from './words';

interface CameraDrawerProps {
  /** The camera to change; none: one to add. */
  camera?: CameraDetail;
  onClose: () => void;
}

export function CameraDrawer({ camera, onClose }: CameraDrawerProps) {
  const say = useWords(words);
  const { message, modal } = App.useApp();
  const navigate = useNavigate();
  const stale = useStale();
  const [form] = Form.useForm<Values>();
  const [dirty, setDirty] = useState(false);
  const [pasted, setPasted] = useState(false);
  // Of what the form began with: somebody else may change the stored one meanwhile.
  const [version, setVersion] = useState(camera?.version);
  const probe = useProbe();
  // Fields that are not there yet are undefined: what they will begin with counts.
  const typed = Object.entries((Form.useWatch([], form) as Partial<Values> | undefined) ?? {}).filter(([, value]) => value !== undefined);
  const now: Values = { ...valuesOf(camera), ...(Object.fromEntries(typed) as Partial<Values>) };
  const moved = camera !== undefined && isMoved(camera, now);
  const save = useMutation({
    mutationFn: (values: Values) => {
      const body = inputOf(values, camera !== undefined && values.password === '' && !values.dropPassword);
      return camera === undefined
        ? ask(api.POST('/api/v1/cameras', { body: { ...body, id: values.id } }))
        : ask(api.PUT('/api/v1/cameras/{camera}', { params: { path: { camera: camera.id }, header: { 'if-match': version } }, body }));
    },
    onSuccess: async (saved) => {
      await stale(saved.id);
      void message.success(say(camera === undefined ? 'added' : 'saved'));
      if (camera === undefined) void navigate(pageOf(saved.id));
      else onClose();
    },
    onError: async (error) => {
      if (isOutdated(error) && camera !== undefined) await stale(camera.id);
      const found = fieldErrors(error);
      form.setFields(found.map(({ name, reason }) => ({ name, errors: [reason] })));
      if (found[0]) form.scrollToField(found[0].name, { block: 'center' });
    },
  });
  const close = (): void => {
    if (!dirty) onClose();
    else modal.confirm({ title: say('discardTitle'), content: say('discardHint'), okText: say('discard'), okButtonProps: { danger: true }, cancelText: say('goOn'), onOk: onClose });
  };
  const tryIt = (): void => {
    const { url, username, password, dropPassword } = form.getFieldsValue(true) as Values;
    probe.run({ url: url.trim(), username: username.trim(), password: password === '' && !dropPassword ? undefined : password, camera: camera?.id ?? '' });
  };
  const changed = (some: Partial<Values>): void => {
    setDirty(true);
    form.setFields(Object.keys(some).map((name) => ({ name: name as keyof Values, errors: [] })));
    if (some.url !== undefined || some.username !== undefined || some.password !== undefined) probe.forget();
  };
  const takeLogin = (): void => {
    const found = parted((form.getFieldValue('url') as string | undefined) ?? '');
    if (found === null) return;
    form.setFieldsValue({ url: found.url, username: found.username, password: found.password });
    setPasted(true);
  };
  const takeTheirs = (): void => {
    form.setFieldsValue(valuesOf(camera));
    setVersion(camera?.version);
    setDirty(false);
    save.reset();
  };
  const failed = probe.found !== null && !probe.found.works;
  return (
    <Drawer
      open
      size={620}
      onClose={close}
      mask={{ closable: !dirty }}
      title={camera === undefined ? say('add') : say('edit')}
      footer={
        <Flex justify="space-between" align="center" gap={8} wrap>
          <Typography.Text type="secondary">{failed ? say('savedAnyway') : ''}</Typography.Text>
          <Flex gap={8}>
            <Button onClick={close}>{say('cancel')}</Button>
            <Button type="primary" loading={save.isPending} onClick={() => { form.submit(); }}>
              {failed ? say('saveAnyway') : say('save')}
            </Button>
          </Flex>
        </Flex>
      }
    >
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={valuesOf(camera)}
        onValuesChange={changed}
        onFinish={(values) => { save.mutate({ ...(form.getFieldsValue(true) as Values), ...values }); }}
        scrollToFirstError={{ block: 'center' }}
        autoComplete="off"
      >
        {save.isError && fieldErrors(save.error).length === 0 && <Failure error={save.error} small />}
        {isOutdated(save.error) && camera?.version !== version && (
          <Button size="small" className="se-gap" onClick={takeTheirs}>{say('takeTheirs')}</Button>
        )}
        {save.error instanceof ApiProblem && save.error.type === 'conflict' && <Alert type="error" title={say('idTaken')} />}
        {camera === undefined && (
          <Form.Item name="id" label={say('id')} extra={say('idHint')} rules={[{ required: true, message: say('idNeeded') }, { pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, message: say('idWrong') }]}>
            <Input placeholder="renmin-road-3" maxLength={64} spellCheck={false} />
          </Form.Item>
        )}
        <Form.Item name="name" label={say('name')}>
          <Input placeholder={say('namePlaceholder')} maxLength={200} />
        </Form.Item>
        <Form.Item
          name="url"
          label={say('url')}
          extra={<AddressHelp url={now.url} onPick={(url, sub) => { form.setFieldsValue({ url, sub_url: sub }); changed({ url }); }} />}
          rules={[{ required: true, whitespace: true, message: say('urlNeeded') }]}
        >
          <Input placeholder="rtsp://10.0.0.8:554/…" spellCheck={false} onBlur={takeLogin} inputMode="url" />
        </Form.Item>
        {pasted && <Alert type="info" showIcon title={say('loginTaken')} className="se-gap" />}
        <Flex gap={12} wrap="wrap" className="se-pair">
          <Form.Item name="username" label={say('username')}>
            <Input autoComplete="off" spellCheck={false} data-1p-ignore />
          </Form.Item>
          <Form.Item name="password" label={say('password')} extra={camera?.has_password === true && !moved ? say('passwordKept') : undefined}>
            <Input.Password
              autoComplete="new-password"
              data-1p-ignore
              disabled={now.dropPassword}
              placeholder={camera?.has_password === true && !moved ? say('passwordStored') : ''}
            />
          </Form.Item>
        </Flex>
        {camera?.has_password === true && moved && now.password === '' && (
          <Alert type="warning" showIcon title={say('passwordAgain')} className="se-gap" />
        )}
        {camera?.has_password === true && (
          <Form.Item name="dropPassword" valuePropName="checked" label={say('dropPassword')} layout="horizontal" className="se-row-item">
            <Switch size="small" />
          </Form.Item>
        )}
        <div className="se-probe">
          <Button onClick={tryIt} loading={probe.running} disabled={now.url.trim() === ''}>
            {say('tryIt')}
          </Button>
          <Typography.Text type="secondary">{probe.running ? say('trying') : say('tryHint')}</Typography.Text>
          <ProbeResult probe={probe} />
        </div>
        <More camera={camera} />
      </Form>
    </Drawer>
  );
}

function More({ camera }: { camera?: CameraDetail }) {
  const say = useWords(words);
  const filled = camera !== undefined && (camera.gb_id !== '' || camera.owner_unit !== '' || camera.lon !== null || camera.rotation !== 0 || camera.time_zone !== '');
  const fields = (
    <>
      <Flex gap={12} wrap="wrap" className="se-pair">
        <Form.Item name="owner_unit" label={say('unit')}>
          <Input placeholder={say('unitPlaceholder')} />
        </Form.Item>
        <Form.Item name="place_code" label={say('placeCode')}>
          <Input />
        </Form.Item>
      </Flex>
      <Form.Item name="gb_id" label={say('gbId')} extra={say('gbHint')} rules={[{ pattern: /^(\d{20})?$/, message: say('gbWrong') }]}>
        <Input maxLength={20} inputMode="numeric" showCount />
      </Form.Item>
      <Flex gap={12} wrap="wrap" className="se-triple">
        <Form.Item name="lon" label={say('lon')}>
          <InputNumber min={-180} max={180} precision={6} controls={false} />
        </Form.Item>
        <Form.Item name="lat" label={say('lat')}>
          <InputNumber min={-90} max={90} precision={6} controls={false} />
        </Form.Item>
        <Form.Item
          name="crs"
          label={say('crs')}
          dependencies={['lon', 'lat']}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_, crs) =>
                (getFieldValue('lon') ?? getFieldValue('lat') ?? null) !== null && (crs ?? '') === ''
                  ? Promise.reject(new Error(say('crsNeeded')))
                  : Promise.resolve(),
            }),
          ]}
        >
          <Select options={[{ value: '', label: '–' }, ...CRS.map((value) => ({ value, label: say(`crs.${value}`) }))]} />
        </Form.Item>
      </Flex>
      <Form.Item name="sub_url" label={say('subUrl')} extra={say('subHint')}>
        <Input spellCheck={false} />
      </Form.Item>
      <Flex gap={12} wrap="wrap" className="se-pair">
        <Form.Item name="rotation" label={say('rotation')} extra={say('rotationHint')}>
          <Select options={[0, 90, 180, 270].map((value) => ({ value, label: `${String(value)}°` }))} />
        </Form.Item>
        <Form.Item name="time_zone" label={say('timeZone')} extra={say('timeZoneHint')}>
          <Select showSearch popupMatchSelectWidth={280} options={[{ value: '', label: say('timeZoneOwn') }, ...ZONES.map((value) => ({ value, label: value }))]} />
        </Form.Item>
      </Flex>
      <Flex gap={12} wrap="wrap" className="se-pair">
        <Form.Item name="enabled" label={say('enabled')} valuePropName="checked" extra={say('enabledHint')}>
          <Switch />
        </Form.Item>
      </Flex>
    </>
  );
  return (
    <Collapse
      ghost
      defaultActiveKey={filled || camera === undefined ? ['more'] : []}
      items={[{ key: 'more', label: say('more'), children: fields, forceRender: true }]}
    />
  );
}
