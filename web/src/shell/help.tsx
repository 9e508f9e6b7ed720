/** Keys and words: what `?` shows. */
import { Modal, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { useWords } from '~/i18n/words';
import { useHelpSections, type KeyHelp } from '~/parts/help';
import { words } from './words';

const SHOW = 'sharp-eyes.help';

export function showHelp(): void {
  window.dispatchEvent(new Event(SHOW));
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, [role="combobox"]') !== null)
  );
}

export function Help() {
  const say = useWords(words);
  const sections = useHelpSections();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const show = (): void => {
      setOpen(true);
    };
    const press = (event: KeyboardEvent): void => {
      if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target)) return;
      // A page with a help of its own has answered by the end of this turn.
      setTimeout(() => {
        if (!event.defaultPrevented) show();
      }, 0);
    };
    window.addEventListener(SHOW, show);
    window.addEventListener('keydown', press);
    return () => {
      window.removeEventListener(SHOW, show);
      window.removeEventListener('keydown', press);
    };
  }, []);
  return (
    <Modal
      open={open}
      title={say('help')}
      footer={null}
      onCancel={() => {
        setOpen(false);
      }}
    >
      {sections.map(({ title, rows }) => (
        <Section key={title} title={title} rows={rows} />
      ))}
      <Section
        title={say('everywhere')}
        rows={[
          { press: ['?'], does: say('keyHelp') },
          { press: ['Esc'], does: say('keyEscape') },
          { press: ['Tab'], does: say('keyTab') },
        ]}
      />
      <Typography.Paragraph type="secondary">{say('helpHint')}</Typography.Paragraph>
    </Modal>
  );
}

function Section({ title, rows }: { title: string; rows: KeyHelp[] }) {
  return (
    <>
      <Typography.Title level={5}>{title}</Typography.Title>
      <dl className="se-keys">
        {rows.map(({ press, does }) => (
          <div key={does}>
            <dt>
              {press.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
