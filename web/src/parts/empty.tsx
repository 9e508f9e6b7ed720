/** What stands where nothing is: why, and what to do next. */
import { InboxOutlined } from '@ant-design/icons';
import { Flex, Typography } from 'antd';
import type { ReactNode } from 'react';

interface EmptyProps {
  title: string;
  hint?: ReactNode;
  /** A button to the next step. */
  action?: ReactNode;
  icon?: ReactNode;
}

export function Empty({ title, hint, action, icon }: EmptyProps) {
  return (
    <Flex vertical align="center" gap={8} className="se-empty">
      <span className="se-empty-icon" aria-hidden>
        {icon ?? <InboxOutlined />}
      </span>
      <Typography.Text strong>{title}</Typography.Text>
      {hint !== undefined && <Typography.Text type="secondary">{hint}</Typography.Text>}
      {action}
    </Flex>
  );
}
