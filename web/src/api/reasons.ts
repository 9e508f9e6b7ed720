/** Reasons of refusals in Chinese: the service writes them in English. Pure. */

type Rule = [RegExp, string];

/** What validation says most often; `$1` is what stands in the brackets. */
const RULES: readonly Rule[] = [
  [/^field required$/i, '必填'],
  [/^extra inputs are not permitted$/i, '不支持该字段'],
  [/^unknown field.*$/i, '不支持该字段'],
  [/^input should be greater than or equal to (\S+)$/i, '不能小于 $1'],
  [/^input should be less than or equal to (\S+)$/i, '不能大于 $1'],
  [/^input should be greater than (\S+)$/i, '必须大于 $1'],
  [/^input should be less than (\S+)$/i, '必须小于 $1'],
  [/^input should be a valid (?:integer|number)\b.*$/i, '应为数字'],
  [/^input should be a finite number$/i, '应为有限的数字'],
  [/^input should be a valid boolean\b.*$/i, '应为“是”或“否”'],
  [/^input should be a valid string$/i, '应为文本'],
  [/^input should be a valid (?:list|tuple)$/i, '应为列表'],
  [/^input should be a valid (?:dictionary|object)\b.*$/i, '格式不正确'],
  [/^input should be a valid (?:datetime|date|time)\b.*$/i, '时间格式不正确'],
  [/^input should have timezone info$/i, '时间须带时区'],
  [/^string should have at least (\d+) characters?$/i, '至少 $1 个字符'],
  [/^string should have at most (\d+) characters?$/i, '最多 $1 个字符'],
  [/^string should match pattern .*$/i, '格式不正确'],
  [/^(?:list|tuple) should have at least (\d+) items?\b.*$/i, '至少 $1 项'],
  [/^(?:list|tuple) should have at most (\d+) items?\b.*$/i, '最多 $1 项'],
  [/^there is no camera '?([^']+)'?$/i, '没有摄像机 $1'],
  [/^say why: it stands in the audit$/i, '请填写理由，将写入审计记录'],
  [/^(\S+) was first: .* \(version (\d+)\)$/i, '$1 已先行处理（版本 $2）'],
];

/** Returns a reason in Chinese where it is a common one, else as it is. */
export function inChinese(reason: string): string {
  const plain = reason.trim().replace(/^value error, /i, '');
  const choices = /^input should be ('[^']*'(?:(?:, | or )'[^']*')*)$/i.exec(plain)?.[1];
  if (choices !== undefined) return `只能是 ${choices.replace(/, | or /g, '、').replaceAll("'", '')}`;
  const rule = RULES.find(([pattern]) => pattern.test(plain));
  return rule === undefined ? reason : plain.replace(rule[0], rule[1]);
}
