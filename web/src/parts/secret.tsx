/** Something that is shown once: to be copied now. */
import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { App, Button, Flex, Modal, Typography } from 'antd';
import { useState, type ReactNode } from 'react';
import { useWords } from '~/i18n/words';
import { words } from './words';

/** Copy a text; false where the browser forbids it (plain HTTP that is not this computer). */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** The way that works without HTTPS: many cities run the console on plain HTTP inside. */
function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('readonly', '');
  area.style.position = 'fixed';
  area.style.opacity = '0';
  // Inside of an open dialog: its focus lock takes the focus from anything else.
  (document.querySelector('[role="dialog"]') ?? document.body).append(area);
  area.select();
  try {
    // The only call that copies on plain HTTP.
    return document.execCommand('copy');
  } finally {
    area.remove();
  }
}

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const say = useWords(words);
  const { message } = App.useApp();
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    if (await copyText(text)) setDone(true);
    else message.warning(say('copyFailed'));
  };
  return (
    <Button icon={done ? <CheckOutlined /> : <CopyOutlined />} onClick={() => void copy()}>
      {done ? say('copied') : (label ?? say('copy'))}
    </Button>
  );
}

/** A value in full, with a button that copies it. */
export function Secret({ value }: { value: string }) {
  return (
    <Flex gap={8} align="center" className="se-secret">
      <Typography.Text code className="se-secret-value">
        {value}
      </Typography.Text>
      <CopyButton text={value} />
    </Flex>
  );
}

interface ShownOnceProps {
  title: string;
  value: string;
  /** What it means that it is shown once. */
  hint: string;
  done: string;
  onClose: () => void;
  children?: ReactNode;
}

/** A secret that cannot be asked for again: it closes by its button only. */
export function ShownOnce({ title, value, hint, done, onClose, children }: ShownOnceProps) {
  return (
    <Modal
      open
      title={title}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={<Button type="primary" onClick={onClose}>{done}</Button>}
    >
      <Flex vertical gap={12}>
        <Secret value={value} />
        <Typography.Text type="secondary">{hint}</Typography.Text>
        {children}
      </Flex>
    </Modal>
  );
}
