/** A command to copy. */
import { Typography } from 'antd';

export function Code({ text, title }: { text: string; title: string }) {
  return (
    <div className="se-code">
      <Typography.Text type="secondary" copyable={{ text }}>{title}</Typography.Text>
      <pre>{text}</pre>
    </div>
  );
}
