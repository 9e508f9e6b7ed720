/** Pictures without masks: for those who have the right, with a reason that stays on record. */
import { EyeOutlined } from '@ant-design/icons';
import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { api, ask } from '~/api/client';
import { useWords } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import { RightsGate } from '~/parts/session';
import type { Evidence } from './types';
import { words } from './words';

interface OriginalsProps {
  id: string;
  shown: boolean;
  onShow: (originals: Evidence[] | null) => void;
}

export function Originals({ id, shown, onShow }: OriginalsProps) {
  const say = useWords(words);
  const [open, setOpen] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const show = async ({ reason }: { reason: string }): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      onShow(await originals(id, reason.trim()));
      setOpen(false);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <RightsGate right="evidence.original">
      {shown ? (
        <Button
          size="small"
          onClick={() => {
            onShow(null);
          }}
        >
          {say('originalHide')}
        </Button>
      ) : (
        <Button
          size="small"
          icon={<EyeOutlined />}
          onClick={() => {
            setOpen(true);
          }}
        >
          {say('original')}
        </Button>
      )}
      <Modal
        open={open}
        title={say('originalTitle')}
        footer={null}
        destroyOnHidden
        onCancel={() => {
          setOpen(false);
        }}
      >
        <p>{say('originalHint')}</p>
        <Form layout="vertical" onFinish={(values: { reason: string }) => void show(values)}>
          <Form.Item
            name="reason"
            label={say('originalReason')}
            rules={[{ required: true, whitespace: true, message: say('originalReasonMissing') }]}
          >
            <Input.TextArea autoFocus maxLength={500} rows={3} />
          </Form.Item>
          <Failure error={error} small />
          <Button type="primary" htmlType="submit" loading={busy}>
            {say('originalShow')}
          </Button>
        </Form>
      </Modal>
    </RightsGate>
  );
}

async function originals(incident: string, reason: string): Promise<Evidence[]> {
  const call = api.POST('/api/v1/incidents/{incident}/originals', {
    params: { path: { incident } },
    body: { reason },
  });
  return (await ask(call)).evidence;
}
