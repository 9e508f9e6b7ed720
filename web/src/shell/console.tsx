/** What is around every page: theme, language, queries, routes. */
import { QueryClientProvider } from '@tanstack/react-query';
import { App, ConfigProvider, theme } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useEffect } from 'react';
import { RouterProvider } from 'react-router/dom';
import { queries } from '~/api/queries';
import { router } from '~/app';
import { useLanguage } from '~/i18n/words';
import { useDark } from './dark';

export function Console() {
  const language = useLanguage();
  const dark = useDark();
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    dayjs.locale(language === 'zh' ? 'zh-cn' : 'en');
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }, [dark]);
  return (
    <QueryClientProvider client={queries}>
      <ConfigProvider
        locale={language === 'zh' ? zhCN : enUS}
        button={{ autoInsertSpace: false }}
        theme={{
          algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
          token: {
            fontFamily:
              "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif",
            borderRadius: 6,
            ...(dark
              ? { colorPrimary: '#3c89e8', colorLink: '#6aa8f2', colorInfo: '#3c89e8', colorBgLayout: '#0e1116', colorBgContainer: '#161b22', colorBgElevated: '#1d232c' }
              : { colorPrimary: '#1668dc', colorBgLayout: '#f3f5f8' }),
          },
          components: {
            Layout: { headerHeight: 52, headerPadding: '0 16px' },
            Menu: dark ? { itemSelectedColor: '#9cc6f7' } : {},
          },
        }}
      >
        <App className="se-app">
          <RouterProvider router={router} />
        </App>
      </ConfigProvider>
    </QueryClientProvider>
  );
}
