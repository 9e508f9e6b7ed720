/** The order in which the queue was last shown, so that an incident's own page knows the next. */

let order: readonly string[] = [];
let address = '/';

export function remember(ids: readonly string[], search: string): void {
  order = ids;
  address = search === '' ? '/' : `/?${search}`;
}

/** Returns the way back to the queue as it was left. */
export function queueAddress(): string {
  return address;
}

/** Returns the next one down, else the one above, '' when the list held no other. */
export function after(id: string): string {
  const index = order.indexOf(id);
  if (index < 0) return '';
  return order[index + 1] ?? order[index - 1] ?? '';
}

/** Returns the neighbour in the list, '' at its ends. */
export function beside(id: string, by: 1 | -1): string {
  const index = order.indexOf(id);
  return index < 0 ? '' : (order[index + by] ?? '');
}

/** Drops one that was decided. */
export function drop(id: string): void {
  order = order.filter((one) => one !== id);
}
