/** Zones of a task on its camera's picture: drawn, named, tried. */
import {
  BorderOutlined, CopyOutlined, DeleteOutlined, ExperimentOutlined, PauseOutlined, PlayCircleOutlined, RedoOutlined,
  StopOutlined, UndoOutlined,
} from '@ant-design/icons';
import { Alert, Button, Flex, Input, Segmented, Space, Tag, Tooltip, Typography } from 'antd';
import { useRef, useState, type Dispatch, type KeyboardEvent, type ReactNode } from 'react';
import { useText, useWords } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import { useLive } from '../live';
import { LivePicture } from '../live-picture';
import type { CameraDetail } from '../queries';
import { Canvas } from './canvas';
import { CopyFrom, CopyTo } from './copying';
import type { Action, Drawn, Editor } from './editor';
import { actionOf } from './keys';
import { Detections, TriedWords, type Try } from './tried';
import { words } from './words';

interface ZoneEditorProps {
  camera: CameraDetail;
  algorithm: string;
  editor: Editor;
  dispatch: Dispatch<Action>;
  readOnly: boolean;
  /** What is shown is not saved: it cannot be copied to others. */
  dirty: boolean;
  test: Try;
  errors: Record<number, string>;
}

export function ZoneEditor({ camera, algorithm, editor, dispatch, readOnly, dirty, test, errors }: ZoneEditorProps) {
  const say = useWords(words);
  const text = useText();
  const [frozen, setFrozen] = useState(false);
  const [copying, setCopying] = useState<'from' | 'to' | null>(null);
  const place = useRef<SVGSVGElement>(null);
  const live = useLive(camera.id, 1000, camera.enabled && !frozen && test.found === null);
  const drawable = !readOnly && (live.shot !== null || test.found !== null);
  const act = (action: Action): void => {
    dispatch(action);
    place.current?.focus({ preventScroll: true });
  };
  const key = (event: KeyboardEvent): void => {
    if (readOnly || isTyped(event.target)) return;
    const box = place.current?.getBoundingClientRect();
    const size = { width: box?.width ?? 1600, height: box?.height ?? 900 };
    const action = actionOf({ key: event.key, ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey }, editor, size);
    // A button that has the focus answers to its own keys.
    if (action === null || (event.target instanceof HTMLButtonElement && event.key === 'Enter')) return;
    event.preventDefault();
    dispatch(action);
  };
  return (
    <div className="se-zone-editor" onKeyDown={key}>
      {!readOnly && (
        <Toolbar editor={editor} act={act} drawable={drawable}>
          <Button
            icon={frozen || test.found ? <PlayCircleOutlined /> : <PauseOutlined />}
            disabled={live.shot === null && test.found === null}
            onClick={() => {
              setFrozen(test.found === null && !frozen);
              test.forget();
            }}
          >
            {frozen || test.found ? say('live') : say('freeze')}
          </Button>
          <Tooltip title={say('testHint')}>
            <Button icon={<ExperimentOutlined />} loading={test.running} disabled={editor.line !== null} onClick={test.run}>
              {say('test')}
            </Button>
          </Tooltip>
        </Toolbar>
      )}
      {test.found ? (
        <div className="se-live" style={{ aspectRatio: `${String(test.found.width)} / ${String(test.found.height)}` }}>
          <img src={`data:image/jpeg;base64,${test.found.picture}`} alt="" draggable={false} />
          <Canvas editor={editor} dispatch={dispatch} readOnly={readOnly} place={place} under={(size) => test.found && <Detections found={test.found} size={size} />} />
        </div>
      ) : (
        <LivePicture live={live} alt={camera.name || camera.id} held={frozen} why={text(camera.state_words)}>
          <Canvas editor={editor} dispatch={dispatch} readOnly={readOnly} place={place} />
        </LivePicture>
      )}
      <Line editor={editor} readOnly={readOnly} drawable={drawable} />
      {test.error !== null && <Failure error={test.error} onRetry={test.run} small />}
      {test.found && <TriedWords found={test.found} outdated={test.outdated} />}
      <ZoneList editor={editor} dispatch={dispatch} readOnly={readOnly} errors={errors} />
      {!readOnly && (
        <Space wrap>
          <Button size="small" icon={<CopyOutlined />} onClick={() => { setCopying('from'); }}>{say('copyFrom')}</Button>
          <Tooltip title={dirty ? say('copySaveFirst') : ''}>
            <Button size="small" icon={<CopyOutlined />} disabled={dirty} onClick={() => { setCopying('to'); }}>{say('copyTo')}</Button>
          </Tooltip>
        </Space>
      )}
      {copying === 'from' && <CopyFrom camera={camera.id} algorithm={algorithm} onTake={(zones) => { act({ do: 'add', zones }); }} onClose={() => { setCopying(null); }} />}
      {copying === 'to' && <CopyTo camera={camera.id} algorithm={algorithm} onClose={() => { setCopying(null); }} />}
    </div>
  );
}

const isTyped = (target: EventTarget): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;

interface ToolbarProps {
  editor: Editor;
  act: (action: Action) => void;
  drawable: boolean;
  children: ReactNode;
}

function Toolbar({ editor, act, drawable, children }: ToolbarProps) {
  const say = useWords(words);
  const { line, chosen, vertex } = editor;
  return (
    <Flex gap={8} wrap className="se-toolbar" role="toolbar" aria-label={say('zones')}>
      {line === null ? (
        <>
          <Button type="primary" icon={<BorderOutlined />} disabled={!drawable} onClick={() => { act({ do: 'draw', kind: 'include' }); }}>{say('draw')}</Button>
          <Button icon={<StopOutlined />} disabled={!drawable} onClick={() => { act({ do: 'draw', kind: 'exclude' }); }}>{say('drawOut')}</Button>
        </>
      ) : (
        <>
          <Button type="primary" disabled={line.length < 3} onClick={() => { act({ do: 'close' }); }}>{say('finish')}</Button>
          <Button onClick={() => { act({ do: 'cancel' }); }}>{say('stop')}</Button>
        </>
      )}
      <Space.Compact>
        <Tooltip title={say('undo')}>
          <Button icon={<UndoOutlined />} aria-label={say('undo')} disabled={editor.past.length === 0 && (line?.length ?? 0) === 0} onClick={() => { act({ do: 'undo' }); }} />
        </Tooltip>
        <Tooltip title={say('redo')}>
          <Button icon={<RedoOutlined />} aria-label={say('redo')} disabled={editor.future.length === 0 || line !== null} onClick={() => { act({ do: 'redo' }); }} />
        </Tooltip>
      </Space.Compact>
      {chosen !== null && (
        <Button
          danger
          icon={<DeleteOutlined />}
          onClick={() => { act(vertex === null ? { do: 'removeZone', key: chosen } : { do: 'removeVertex' }); }}
        >
          {vertex === null ? say('removeZone') : say('removePoint')}
        </Button>
      )}
      <span className="se-spacer" />
      {children}
    </Flex>
  );
}

/** One line under the picture: what is wrong, else what can be done now. It never moves the page. */
function Line({ editor, readOnly, drawable }: { editor: Editor; readOnly: boolean; drawable: boolean }) {
  const say = useWords(words);
  const fault = editor.drag?.fault ? 'back' : editor.fault;
  if (fault) return <div className="se-line-words se-line-fault" role="alert">{say(`fault.${fault}`)}</div>;
  if (readOnly) return null;
  if (!drawable) return <div className="se-line-words">{say('noPicture')}</div>;
  const hint = editor.line ? 'hintDraw' : editor.chosen === null ? 'hintStart' : 'hintEdit';
  return <div className="se-line-words">{say(hint)}</div>;
}

function ZoneList({ editor, dispatch, readOnly, errors }: Pick<ZoneEditorProps, 'editor' | 'dispatch' | 'readOnly' | 'errors'>) {
  const say = useWords(words);
  if (editor.zones.length === 0) return <Alert type="info" title={say('none')} />;
  return (
    <Flex vertical gap={6}>
      {editor.zones.map((zone, i) => (
        <ZoneRow key={zone.key} zone={zone} chosen={zone.key === editor.chosen} vertex={zone.key === editor.chosen ? editor.vertex : null} dispatch={dispatch} readOnly={readOnly} twin={editor.zones.some((z) => z.key !== zone.key && z.name === zone.name)} error={errors[i]} />
      ))}
      {editor.zones.every((zone) => zone.kind === 'exclude') && <Typography.Text type="secondary">{say('onlyOut')}</Typography.Text>}
    </Flex>
  );
}

interface ZoneRowProps {
  zone: Drawn;
  chosen: boolean;
  vertex: number | null;
  dispatch: Dispatch<Action>;
  readOnly: boolean;
  twin: boolean;
  error: string | undefined;
}

function ZoneRow({ zone, chosen, vertex, dispatch, readOnly, twin, error }: ZoneRowProps) {
  const say = useWords(words);
  const [typed, setTyped] = useState<string | null>(null);
  const name = typed ?? zone.name;
  const keep = (): void => {
    if (typed !== null && typed !== zone.name) dispatch({ do: 'rename', key: zone.key, name: typed });
    setTyped(null);
  };
  const point = vertex === null ? undefined : zone.points[vertex];
  const wrong = name.trim() === '' ? say('noName') : (error ?? (twin ? say('sameName') : ''));
  return (
    <div className={chosen ? 'se-zone-row se-zone-row-chosen' : 'se-zone-row'} onFocus={() => { if (!chosen) dispatch({ do: 'choose', key: zone.key }); }}>
      <Flex gap={8} align="center" wrap>
        <Input
          value={name}
          maxLength={64}
          disabled={readOnly}
          onChange={(event) => { setTyped(event.target.value); }}
          onBlur={keep}
          onPressEnter={keep}
          aria-label={say('name')}
          status={name.trim() === '' || error !== undefined ? 'error' : twin ? 'warning' : ''}
          className="se-zone-name-field"
        />
        {readOnly ? (
          <Tag>{say(zone.kind)}</Tag>
        ) : (
          <Segmented
            size="small"
            value={zone.kind}
            onChange={(kind) => { dispatch({ do: 'setKind', key: zone.key, kind }); }}
            options={(['include', 'exclude'] as const).map((value) => ({ value, label: say(value) }))}
          />
        )}
        <span className="se-quiet se-small se-number">
          {point ? say('point', { n: (vertex ?? 0) + 1, x: point[0].toFixed(4), y: point[1].toFixed(4) }) : say('points', { count: zone.points.length })}
        </span>
        <span className="se-spacer" />
        {!readOnly && (
          <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={`${say('removeZone')} ${zone.name}`} onClick={() => { dispatch({ do: 'removeZone', key: zone.key }); }} />
        )}
      </Flex>
      {wrong !== '' && <Typography.Text type={name.trim() === '' || error !== undefined ? 'danger' : 'warning'} className="se-small">{wrong}</Typography.Text>}
    </div>
  );
}
