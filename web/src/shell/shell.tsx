/** Header, navigation, banner, page. */
import { Layout } from 'antd';
import { Outlet } from 'react-router';

export function Shell() {
  return (
    <Layout className="se-shell">
      <Layout.Content className="se-content">
        <Outlet />
      </Layout.Content>
    </Layout>
  );
}
