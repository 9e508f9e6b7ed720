/** A page: title, where it belongs, what can be done on it. */
import { Breadcrumb, Flex, Typography } from 'antd';
import { useEffect, type ReactNode } from 'react';
import { Link } from 'react-router';

interface PageProps {
  title: string;
  /** One line under the title: what this page is for. */
  hint?: ReactNode;
  /** Tags beside the title. */
  tags?: ReactNode;
  /** Buttons on the right. */
  extra?: ReactNode;
  /** The pages above this one. */
  above?: { title: string; to: string }[];
  children: ReactNode;
}

export function Page({ title, hint, tags, extra, above = [], children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · 雪亮`;
  }, [title]);
  return (
    <section className="se-page">
      {above.length > 0 && (
        <Breadcrumb
          items={[...above.map(({ title: name, to }) => ({ title: <Link to={to}>{name}</Link> })), { title }]}
        />
      )}
      <Flex justify="space-between" align="flex-start" gap={12} wrap className="se-page-head">
        <div className="se-page-title">
          <Flex align="center" gap={8} wrap>
            <Typography.Title level={1}>{title}</Typography.Title>
            {tags}
          </Flex>
          {hint !== undefined && <Typography.Text type="secondary">{hint}</Typography.Text>}
        </div>
        {extra !== undefined && (
          <Flex gap={8} wrap>
            {extra}
          </Flex>
        )}
      </Flex>
      {children}
    </section>
  );
}
