/** The rows, the mark of what is new above them, and older ones below. */
import { ArrowUpOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useWords } from '~/i18n/words';
import type { Summary } from '../incident/types';
import { Row } from './row';
import type { List } from './use-list';
import { words } from './words';

/** Scrolled by less, one is still at the top. */
const TOP_PX = 24;

interface RowsProps {
  list: List;
  visible: readonly Summary[];
  selected: string;
  stated: boolean;
  onSelect: (id: string) => void;
  onHeld: (held: boolean) => void;
}

export function Rows({ list, visible, selected, stated, onSelect, onHeld }: RowsProps) {
  const say = useWords(words);
  const box = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const pointed = useRef(false);
  const older = useRef(list.older);
  useEffect(() => {
    older.current = list.older;
  });

  useEffect(() => {
    document.getElementById(`row-${selected}`)?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  useEffect(() => {
    const seen = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) older.current();
      },
      { rootMargin: '600px' },
    );
    if (end.current !== null) seen.observe(end.current);
    return () => {
      seen.disconnect();
    };
  }, [list.tail]);

  const look = (): void => {
    // Nothing moves under a pointer that is about to press, nor while one reads further down.
    onHeld(pointed.current || (box.current?.scrollTop ?? 0) > TOP_PX || window.scrollY > TOP_PX);
  };
  useEffect(() => {
    window.addEventListener('scroll', look, { passive: true });
    return () => {
      window.removeEventListener('scroll', look);
      onHeld(false);
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- it reads refs only
  }, []);
  const reveal = (): void => {
    list.reveal();
    box.current?.scrollTo({ top: 0 });
    window.scrollTo({ top: 0 });
  };
  return (
    <div
      className="sq-rows"
      ref={box}
      onScroll={look}
      onPointerEnter={({ pointerType }) => {
        pointed.current = pointerType === 'mouse';
        look();
      }}
      onPointerLeave={() => {
        pointed.current = false;
        look();
      }}
    >
      {list.fresh.length > 0 && (
        <div className="sq-fresh">
          <Button type="primary" shape="round" size="small" icon={<ArrowUpOutlined />} onClick={reveal}>
            {say('arrived', { count: list.fresh.length })}
          </Button>
        </div>
      )}
      <div role="listbox" aria-label={say('list')} aria-activedescendant={`row-${selected}`}>
        {visible.map((one) => (
          <Row
            key={one.id}
            one={one}
            selected={one.id === selected}
            stated={stated}
            onSelect={onSelect}
            onOld={list.refetch}
          />
        ))}
      </div>
      <div ref={end} className="sq-end si-quiet">
        {list.tail === '' ? (
          say('end')
        ) : (
          <Button type="link" loading={list.olderBusy} onClick={list.older}>
            {say('more')}
          </Button>
        )}
      </div>
    </div>
  );
}
