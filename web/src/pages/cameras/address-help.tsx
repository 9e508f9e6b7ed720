/** How makers build the address: pick one, and only the channel is left to say. */
import { Button, Flex, InputNumber, Popover, Select } from 'antd';
import { useState } from 'react';
import { useText, useWords } from '~/i18n/words';
import { addressOf, hostOf, MAKERS, type Maker } from './addresses';
import { words } from './words';

interface AddressHelpProps {
  url: string;
  onPick: (url: string, sub: string) => void;
}

export function AddressHelp({ url, onPick }: AddressHelpProps) {
  const say = useWords(words);
  const text = useText();
  const [open, setOpen] = useState(false);
  const [maker, setMaker] = useState<Maker>('hikvision');
  const [channel, setChannel] = useState(1);
  const host = hostOf(url) || '10.0.0.8';
  const main = addressOf(maker, host, channel, false);
  const content = (
    <Flex vertical gap={8} className="se-address-help">
      <Flex gap={8} align="center">
        <Select<Maker>
          value={maker}
          onChange={setMaker}
          aria-label={say('maker')}
          options={Object.entries(MAKERS).map(([value, name]) => ({ value: value as Maker, label: text(name) }))}
        />
        <InputNumber min={1} max={512} value={channel} onChange={(n) => { setChannel(n ?? 1); }} prefix={say('channel')} />
      </Flex>
      <code>{main}</code>
      <span className="se-quiet se-small">{say('helpHint')}</span>
      <Button
        size="small"
        type="primary"
        onClick={() => {
          onPick(main, addressOf(maker, host, channel, true));
          setOpen(false);
        }}
      >
        {say('use')}
      </Button>
    </Flex>
  );
  return (
    <span>
      {say('urlHint')}{' '}
      <Popover content={content} trigger="click" open={open} onOpenChange={setOpen} placement="bottomLeft">
        <Button type="link" size="small" className="se-inline">{say('addressHelp')}</Button>
      </Popover>
    </span>
  );
}
