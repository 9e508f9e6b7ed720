/** Words in Chinese and English: each area has one file of them, loaded with its page. */
import i18next from 'i18next';
import { useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';

export type Language = 'zh' | 'en';
/** A text of the service in both languages. */
export interface Text {
  zh: string;
  en: string;
}

const REMEMBERED = 'sharp-eyes.language';

/** The remembered language, else the browser's first, else Chinese. */
export function firstLanguage(remembered: string | null, wanted: readonly string[]): Language {
  if (remembered === 'zh' || remembered === 'en') return remembered;
  const known = wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((two) => two === 'zh' || two === 'en');
  return known === 'en' ? 'en' : 'zh';
}

function remembered(): string | null {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null; // Storage may be forbidden; then nothing is remembered.
  }
}

void i18next.use(initReactI18next).init({
  lng: firstLanguage(
    typeof localStorage === 'undefined' ? null : remembered(),
    typeof navigator === 'undefined' ? [] : navigator.languages,
  ),
  fallbackLng: false,
  supportedLngs: ['zh', 'en'],
  resources: {},
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  interpolation: { escapeValue: false }, // React escapes.
  react: { useSuspense: false },
});

/** Switch the language of the whole console and remember it. */
export function speak(language: Language): void {
  try {
    localStorage.setItem(REMEMBERED, language);
  } catch {
    // Not remembered, still switched.
  }
  void i18next.changeLanguage(language);
}

/** The language spoken now, outside of React. */
export function spoken(): Language {
  return i18next.language === 'en' ? 'en' : 'zh';
}

type Stem<K> = K extends `${infer S}_one` | `${infer S}_other` ? S : K;

/** Words of one area, under its name. */
export interface Words<K extends string> {
  readonly area: string;
  readonly keys?: K;
}

/**
 * Define the words of an area: flat keys, the same in both languages (the compiler checks).
 *
 * `{{name}}` is filled in; `key_one` and `key_other` are chosen by `count` (ask for `key`).
 */
export function defineWords<const E extends Record<string, string>>(
  area: string,
  words: { en: E; zh: { [K in keyof E]: string } },
): Words<Stem<keyof E & string>> {
  i18next.addResourceBundle('en', area, words.en);
  // Chinese has no singular; the plural's words are used for one, too.
  i18next.addResourceBundle('zh', area, words.zh);
  return { area };
}

export type Say<K extends string> = (key: K, fill?: Record<string, string | number>) => string;

/** Words of an area in the language spoken now: `const say = useWords(words); say('title')`. */
export function useWords<K extends string>(words: Words<K>): Say<K> {
  const { t, i18n } = useTranslation(words.area);
  const language = i18n.language;
  // The typing of `t` knows one global set of words; ours are typed per area, by `defineWords`.
  const plain = t as (key: string, fill: Record<string, string | number>) => string;
  return useMemo(() => (key, fill) => plain(key, { ...fill, lng: language }), [plain, language]);
}

/** The language spoken now. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === 'en' ? 'en' : 'zh';
}

/** Texts of the service in the language spoken now: `text(algorithm.name)`. */
export function useText(): (text: Text | null | undefined) => string {
  const language = useLanguage();
  return (text) => (text ? text[language] || text.en || text.zh : '');
}
