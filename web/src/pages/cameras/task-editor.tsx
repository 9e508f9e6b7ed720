/** One algorithm on one camera: where it looks, with which values, when, and what it may release. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Card, Flex, Radio, Switch, Tabs, Typography } from 'antd';
import { useEffect, useReducer, useRef, useState, type Dispatch, type ReactNode } from 'react';
import { useBlocker } from 'react-router';
import { api, ask } from '~/api/client';
import { isOutdated } from '~/api/problem';
import { keys } from '~/api/queries';
import { useText, useWords, type Say, type Text } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import { Page } from '~/parts/page';
import { useSession } from '~/parts/session';
import { Waiting } from '~/parts/waiting';
import { fieldsOf, wrongFields } from '~/parts/schema-form';
import { AppliedNote, type Saved } from './applied-note';
import { draftOf, NEW, refusalsOf, sameTask, taskOf, type Draft, type Refusals } from './draft';
import { periodsOf, wrongPeriod } from './plan';
import { PlanEditor } from './plan-editor';
import { useAlgorithms, useStale, type Algorithm, type CameraDetail, type TaskIn } from './queries';
import { TaskParameters } from './task-parameters';
import { Looking } from './task-cards';
import { words } from './task-words';
import { words as cameraWords } from './words';
import { reduce, start, zonesOf, type Action, type Editor, type Zone } from './zones/editor';
import { useTry } from './zones/tried';
import { words as zoneWords } from './zones/words';
import { ZoneEditor } from './zones/zone-editor';

interface TaskEditorProps {
  camera: CameraDetail;
  algorithm: string;
  onClose: () => void;
}

const zonesIn = (task: TaskIn): Zone[] => (task.zones ?? []).map(({ name, kind, points }) => ({ name, kind, points }));

export function TaskEditor({ camera, algorithm: id, onClose }: TaskEditorProps) {
  const say = useWords(words);
  const sayZones = useWords(zoneWords);
  const text = useText();
  const { may } = useSession();
  const algorithm = useAlgorithms()?.find((a) => a.id === id);
  const task = camera.tasks.find((t) => t.algorithm === id);
  const stored = task?.wanted ?? NEW;
  // What the editor began with: somebody else may change the stored one meanwhile.
  const [base, setBase] = useState<TaskIn>(stored);
  const [draft, setDraft] = useState<Draft>(() => draftOf(stored));
  const [editor, dispatch] = useReducer(reduce, null, () => start(zonesIn(stored), sayZones('zone')));
  const wanted = taskOf(draft, zonesOf(editor));
  const isNew = task === undefined;
  const dirty = isNew || !sameTask(wanted, base) || editor.line !== null;
  const readOnly = !may('cameras.write');
  const foreign = !sameTask(stored, base) && task !== undefined;
  const test = useTry(camera.id, id, { zones: wanted.zones, parameters: draft.parameters, template: draft.template });
  // Of the newest that was told: what differs from it is said above before it can be replaced.
  const saving = useSave(camera.id, id, task?.version, (now) => { setBase(now); });
  const wrong = wrongIn(draft, editor, algorithm);
  const refusals = refusalsOf(saving.error);
  const takeStored = (): void => {
    setBase(stored);
    setDraft(draftOf(stored));
    dispatch({ do: 'load', zones: zonesIn(stored) });
  };
  useGuard(dirty && !isNew && !readOnly);
  const change = (some: Partial<Draft>): void => { setDraft((before) => ({ ...before, ...some })); };
  return (
    <Page
      title={`${text(algorithm?.name ?? task?.name) || id} · ${camera.name || camera.id}`}
      above={[
        { title: say('cameras'), to: '/cameras' },
        { title: camera.name || camera.id, to: `/cameras/${encodeURIComponent(camera.id)}` },
      ]}
      tags={task && <Looking task={task} enabled={camera.enabled && task.wanted.enabled} />}
      hint={
        <StatusLine
          open={editor.line !== null}
          wrong={wrong.map((field) => titleOf(field, algorithm, say, text))}
          dirty={dirty && !isNew && !readOnly}
          isNew={isNew}
        >
          <AppliedNote camera={camera} saved={saving.saved} />
        </StatusLine>
      }
      extra={
        <>
          <Button onClick={onClose}>{say('backToCamera')}</Button>
          {!readOnly && task && <RemoveTask camera={camera.id} algorithm={id} onDone={onClose} setBase={() => { takeStored(); }} />}
          {!readOnly && dirty && !isNew && <Button onClick={takeStored}>{say('discardChanges')}</Button>}
          {!readOnly && (
            <Button type="primary" loading={saving.pending} disabled={!dirty || wrong.length > 0 || editor.line !== null} onClick={() => { saving.save(wanted); }}>
              {isNew ? say('switchOn') : say('save')}
            </Button>
          )}
        </>
      }
    >
      {saving.error !== null && <Refused error={saving.error} refusals={refusals} />}
      {foreign && (
        <Alert type="warning" showIcon title={say('changedElsewhere')} action={<Button size="small" onClick={takeStored}>{say('takeTheirs')}</Button>} />
      )}
      <div className="se-editor">
        <ZoneEditor camera={camera} algorithm={id} editor={editor} dispatch={dispatch as Dispatch<Action>} readOnly={readOnly} dirty={dirty} test={test} errors={refusals.zones} />
        <Card size="small" className="se-editor-side">
          <Tabs
            items={[
              {
                key: 'parameters',
                label: say('parameters'),
                children: algorithm ? <TaskParameters algorithm={algorithm} draft={draft} onChange={change} errors={refusals.parameters} readOnly={readOnly} /> : <Waiting rows={8} />,
              },
              {
                key: 'plan',
                label: say('timePlan'),
                children: <PlanEditor value={draft.time_plan} onChange={(time_plan) => { change({ time_plan }); }} errors={refusals.periods} readOnly={readOnly} />,
              },
              {
                key: 'review',
                label: say('review'),
                children: <Release draft={draft} byAlgorithm={algorithm?.review ?? true} onChange={change} readOnly={readOnly} />,
              },
            ]}
          />
        </Card>
      </div>
    </Page>
  );
}

interface StatusLineProps {
  open: boolean;
  wrong: string[];
  dirty: boolean;
  isNew: boolean;
  /** What is shown when all is saved. */
  children: ReactNode;
}

/** One line that is always there: nothing on the page moves under the pointer when it changes. */
function StatusLine({ open, wrong, dirty, isNew, children }: StatusLineProps) {
  const say = useWords(words);
  if (wrong.length > 0) return <span className="se-sign se-sign-bad" role="alert">{say('mendFirst', { fields: wrong.join(', ') })}</span>;
  if (open) return <span className="se-sign se-sign-soft">{say('finishZone')}</span>;
  if (isNew) return <span>{say('notYetOn')}</span>;
  if (dirty) return <span className="se-sign se-sign-soft">{say('unsaved')}</span>;
  return children;
}

function titleOf(field: string, algorithm: Algorithm | undefined, say: Say<'timePlan' | 'zoneNames'>, text: (t: Text | undefined) => string): string {
  if (field === 'time_plan') return say('timePlan');
  if (field === 'zones') return say('zoneNames');
  return algorithm ? text(fieldsOf(algorithm.parameters).find(({ name }) => name === field)?.title) || field : field;
}

/** What must be mended before it can be sent, by name. */
function wrongIn(draft: Draft, editor: Editor, algorithm: Algorithm | undefined): string[] {
  const parameters = algorithm ? wrongFields(algorithm.parameters, draft.parameters) : [];
  const periods = periodsOf(draft.time_plan).some((period) => wrongPeriod(period) !== null);
  const names = editor.zones.some(({ name }) => name.trim() === '');
  return [...parameters, ...(periods ? ['time_plan'] : []), ...(names ? ['zones'] : [])];
}

function useSave(camera: string, algorithm: string, version: string | undefined, onSaved: (wanted: TaskIn) => void) {
  const stale = useStale();
  const client = useQueryClient();
  const [saved, setSaved] = useState<Saved | null>(null);
  const put = useMutation({
    mutationFn: (body: TaskIn) =>
      ask(api.PUT('/api/v1/cameras/{camera}/tasks/{algorithm}', { params: { path: { camera, algorithm }, header: { 'if-match': version } }, body })),
    onSuccess: async (task) => {
      client.setQueryData<CameraDetail>(keys.camera(camera), (before) =>
        before && { ...before, tasks: [...before.tasks.filter((t) => t.algorithm !== algorithm), task] },
      );
      onSaved(task.wanted);
      setSaved({ revision: task.revision, at: Date.now() });
      await stale(camera);
    },
    onError: async (error) => {
      if (isOutdated(error)) await stale(camera);
    },
  });
  return { pending: put.isPending, error: put.error, saved, save: put.mutate };
}

function Refused({ error, refusals }: { error: unknown; refusals: Refusals }) {
  const say = useWords(words);
  const atFields = Object.keys({ ...refusals.parameters, ...refusals.zones, ...refusals.periods }).length;
  if (atFields > 0 && refusals.others.length === 0) return <Alert type="error" showIcon title={say('refusedAtFields', { count: atFields })} />;
  return <Failure error={error} />;
}

/** Ask before unsaved changes are left, within the console and out of it. */
function useGuard(on: boolean): void {
  const say = useWords(cameraWords);
  const { modal } = App.useApp();
  const blocker = useBlocker(({ currentLocation: a, nextLocation: b }) => on && (a.pathname !== b.pathname || a.search !== b.search));
  const asked = useRef(false);
  useEffect(() => {
    if (blocker.state !== 'blocked' || asked.current) return;
    asked.current = true;
    modal.confirm({
      title: say('discardTitle'),
      content: say('discardHint'),
      okText: say('discard'),
      okButtonProps: { danger: true },
      cancelText: say('goOn'),
      onOk: () => { blocker.proceed(); },
      onCancel: () => { blocker.reset(); },
      afterClose: () => { asked.current = false; },
    });
  }, [blocker, modal, say]);
  useEffect(() => {
    if (!on) return undefined;
    const stay = (event: BeforeUnloadEvent): void => { event.preventDefault(); };
    window.addEventListener('beforeunload', stay);
    return () => { window.removeEventListener('beforeunload', stay); };
  }, [on]);
}

interface ReleaseProps {
  draft: Draft;
  byAlgorithm: boolean;
  onChange: (some: Partial<Draft>) => void;
  readOnly: boolean;
}

function Release({ draft, byAlgorithm, onChange, readOnly }: ReleaseProps) {
  const say = useWords(words);
  return (
    <Flex vertical gap={16}>
      <Flex gap={10} align="center">
        <Switch checked={draft.enabled} disabled={readOnly} onChange={(enabled) => { onChange({ enabled }); }} aria-label={say('onOff')} />
        <span>{draft.enabled ? say('taskOn') : say('taskOff')}</span>
      </Flex>
      <Radio.Group
        vertical
        disabled={readOnly}
        value={draft.review === null ? 'inherit' : draft.review ? 'on' : 'off'}
        onChange={(event) => { onChange({ review: event.target.value === 'inherit' ? null : event.target.value === 'on' }); }}
        options={[
          { value: 'inherit', label: say('reviewInherit', { state: say(byAlgorithm ? 'reviewOn' : 'reviewOff') }) },
          { value: 'on', label: say('reviewOnLong') },
          { value: 'off', label: say('reviewOffLong') },
        ]}
      />
      {draft.review === false && <Alert type="warning" showIcon title={say('reviewOffWarning')} />}
    </Flex>
  );
}

function RemoveTask({ camera, algorithm, onDone, setBase }: { camera: string; algorithm: string; onDone: () => void; setBase: () => void }) {
  const say = useWords(words);
  const { modal, message } = App.useApp();
  const stale = useStale();
  const remove = async (): Promise<void> => {
    try {
      await ask(api.DELETE('/api/v1/cameras/{camera}/tasks/{algorithm}', { params: { path: { camera, algorithm } } }));
      setBase();
      onDone();
      await stale(camera);
    } catch (error) {
      void message.error(error instanceof Error ? error.message : String(error));
    }
  };
  const confirm = (): void => {
    modal.confirm({
      title: say('removeTaskTitle'),
      content: <Typography.Paragraph>{say('removeTaskHint')}</Typography.Paragraph>,
      okText: say('remove'),
      okButtonProps: { danger: true },
      cancelText: say('cancel'),
      onOk: remove,
    });
  };
  return <Button danger onClick={confirm}>{say('removeTask')}</Button>;
}

