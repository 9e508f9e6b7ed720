import { defineWords } from '~/i18n/words';

export const words = defineWords('pages', {
  en: { inWork: 'This page is still being made', inWorkHint: 'It comes with one of the next versions.' },
  zh: { inWork: '本页面建设中', inWorkHint: '将在后续版本提供。' },
});
