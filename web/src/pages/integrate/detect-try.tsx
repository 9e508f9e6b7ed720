/** POST /detect with a picture of one's own: boxes on it, the verdict, the answer, the command. */
import { InboxOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Collapse, Flex, Form, Input, Select, Tag, Typography, Upload } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { api, ask, type Schemas } from '~/api/client';
import { useText, useWords } from '~/i18n/words';
import { Failure } from '~/parts/failure';
import { useAlgorithms } from '../catalog/queries';
import { detectCall } from './calls';
import { Code } from './code';
import { words } from './words';

type Detected = Schemas['Detected'];
const MOST_BYTES = 20 * 1024 * 1024;

export function DetectTry() {
  const say = useWords(words);
  const [file, setFile] = useState<File | null>(null);
  const [algorithm, setAlgorithm] = useState('');
  const [zone, setZone] = useState('');
  const [tooBig, setTooBig] = useState(false);
  const detect = useMutation({ mutationFn: (given: Sent) => ask(sent(given)) });
  const choose = (id: string) => {
    setAlgorithm(id);
    if (file !== null) detect.mutate({ file, algorithm: id, zone }); // A verdict of another algorithm would mislead.
  };
  const take = (given: File): boolean => {
    setTooBig(given.size > MOST_BYTES);
    if (given.size <= MOST_BYTES) {
      setFile(given);
      detect.mutate({ file: given, algorithm, zone });
    }
    return false; // Nothing is uploaded by the component itself.
  };
  return (
    <div className="se-integrate-split">
      <Flex vertical gap={12}>
        <Asked algorithm={algorithm} zone={zone} onAlgorithm={choose} onZone={setZone} />
        <Upload.Dragger accept="image/jpeg,image/png" showUploadList={false} beforeUpload={take}>
          <p className="ant-upload-drag-icon"><InboxOutlined /></p>
          <p className="ant-upload-text">{say('pick')}</p>
          <p className="ant-upload-hint">{say('pickHint')}</p>
        </Upload.Dragger>
        {tooBig && <Alert type="error" title={say('tooBig')} />}
        {file !== null && (
          <Button loading={detect.isPending} onClick={() => { detect.mutate({ file, algorithm, zone }); }}>{say('again')}</Button>
        )}
        <Code title={say('call')} text={detectCall(location.origin, algorithm, zone)} />
      </Flex>
      <Flex vertical gap={12}>
        {detect.isError && <Failure error={detect.error} />}
        {file !== null && <Shown file={file} zone={zone} detected={detect.data ?? null} />}
      </Flex>
    </div>
  );
}

interface Sent {
  file: File;
  algorithm: string;
  zone: string;
}

function sent({ file, algorithm, zone }: Sent) {
  return api.POST('/api/v1/detect', {
    params: { query: { algorithm, zone: zone.trim() } },
    // The body is the file itself, which the generated type calls a text.
    body: file as unknown as string,
    bodySerializer: (body) => body,
    headers: { 'Content-Type': file.type || 'image/jpeg' },
  });
}

interface AskedProps {
  algorithm: string;
  zone: string;
  onAlgorithm: (id: string) => void;
  onZone: (zone: string) => void;
}

function Asked({ algorithm, zone, onAlgorithm, onZone }: AskedProps) {
  const say = useWords(words);
  const text = useText();
  const algorithms = useAlgorithms();
  const options = [
    { value: '', label: say('noAlgorithm') },
    ...(algorithms.data ?? []).map(({ id, name }) => ({ value: id, label: text(name) })),
  ];
  return (
    <Form layout="vertical" component="div">
      <Form.Item label={say('algorithm')}>
        <Select
          value={algorithm}
          options={options}
          loading={algorithms.isPending}
          disabled={algorithms.isPending}
          onChange={onAlgorithm}
          aria-label={say('algorithm')}
        />
      </Form.Item>
      <Form.Item label={say('zone')} extra={say('zoneHint')}>
        <Input value={zone} onChange={(event) => { onZone(event.target.value); }} aria-label={say('zone')} />
      </Form.Item>
    </Form>
  );
}

function Shown({ file, zone, detected }: { file: File; zone: string; detected: Detected | null }) {
  const say = useWords(words);
  const url = useMemo(() => URL.createObjectURL(file), [file]);
  useEffect(() => () => { URL.revokeObjectURL(url); }, [url]);
  return (
    <>
      <div className="se-detected">
        <img src={url} alt={file.name} />
        {detected !== null && <Boxes detected={detected} zone={zone} />}
      </div>
      {detected !== null && (
        <>
          <Said detected={detected} />
          <Collapse
            size="small"
            items={[{ key: 'answer', label: say('answer'), children: <pre className="se-json">{JSON.stringify(detected, null, 2)}</pre> }]}
          />
        </>
      )}
    </>
  );
}

function Said({ detected }: { detected: Detected }) {
  const say = useWords(words);
  const text = useText();
  const { detections, judged } = detected;
  return (
    <Flex vertical gap={8}>
      {judged !== null && judged !== undefined && (
        <Alert
          type={judged.verdict === 'candidate' ? 'warning' : 'info'}
          title={say(`verdict_${judged.verdict}`)}
          description={text(judged.words)}
        />
      )}
      <Typography.Text>{detections.length > 0 ? say('found', { count: detections.length }) : say('foundNone')}</Typography.Text>
      <Flex gap={4} wrap>
        {detections.map(({ label, score, zone }, index) => (
          <Tag key={index} color={zone === '' ? 'default' : 'orange'}>
            {label} {score.toFixed(2)}{zone !== '' && ` · ${say('inZone')}`}
          </Tag>
        ))}
      </Flex>
    </Flex>
  );
}

/** Boxes and the zone over the picture, in its own fractions. */
function Boxes({ detected, zone }: { detected: Detected; zone: string }) {
  const numbers = zone.split(',').map(Number);
  const drawn = numbers.length >= 6 && numbers.length % 2 === 0 && numbers.every(Number.isFinite);
  return (
    <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden>
      {drawn && <polygon points={numbers.join(' ')} className="se-detected-zone" />}
      {detected.detections.map(({ box: [x1, y1, x2, y2], zone: inside }, index) => (
        <rect key={index} x={x1} y={y1} width={x2 - x1} height={y2 - y1} className={inside === '' ? 'se-box' : 'se-box se-box-in'} />
      ))}
    </svg>
  );
}
