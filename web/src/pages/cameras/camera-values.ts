/** A camera as a form holds it, and as the service takes it. Pure. */
import type { Schemas } from '~/api/client';
import { ApiProblem } from '~/api/problem';

type CameraIn = Schemas['CameraIn'];
type Camera = Schemas['Camera'];

export const CRS = ['CGCS2000', 'WGS84', 'GCJ02', 'BD09'] as const;

/** Time zones that the browser knows; where most cameras are comes first. */
export const ZONES = ['Asia/Shanghai', ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'Asia/Shanghai')];

export interface Values {
  id: string;
  name: string;
  url: string;
  sub_url: string;
  username: string;
  /** '' while nothing was typed: the stored one stays. It never comes from the service. */
  password: string;
  dropPassword: boolean;
  gb_id: string;
  owner_unit: string;
  place_code: string;
  lon: number | null;
  lat: number | null;
  crs: CameraIn['crs'];
  rotation: CameraIn['rotation'];
  /** In which time plans are meant; '' for the machine's own. */
  time_zone: string;
  enabled: boolean;
}

export function valuesOf(camera?: Camera): Values {
  return {
    id: camera?.id ?? '',
    name: camera?.name ?? '',
    url: camera?.url ?? '',
    sub_url: camera?.sub_url ?? '',
    username: camera?.username ?? '',
    password: '',
    dropPassword: false,
    gb_id: camera?.gb_id ?? '',
    owner_unit: camera?.owner_unit ?? '',
    place_code: camera?.place_code ?? '',
    lon: camera?.lon ?? null,
    lat: camera?.lat ?? null,
    crs: (camera?.crs ?? '') as CameraIn['crs'],
    rotation: (camera?.rotation ?? 0) as CameraIn['rotation'],
    time_zone: camera?.time_zone ?? '',
    enabled: camera?.enabled ?? true,
  };
}

/** What is sent; `keep`: the password is left out, so that the stored one stays. */
export function inputOf(values: Values, keep: boolean): CameraIn {
  const { name, url, sub_url, username, gb_id, owner_unit, place_code, lon, lat, crs, rotation, time_zone, enabled } = values;
  const place = lon === null && lat === null ? { lon: null, lat: null, crs: '' as const } : { lon, lat, crs };
  return {
    name: name.trim(),
    url: url.trim(),
    sub_url: sub_url.trim(),
    username: username.trim(),
    gb_id: gb_id.trim(),
    owner_unit: owner_unit.trim(),
    place_code: place_code.trim(),
    ...place,
    rotation,
    time_zone,
    enabled,
    ...(keep ? {} : { password: values.dropPassword ? '' : values.password }),
  };
}

/** The stored password goes to the same place and login only. */
export function isMoved(camera: Camera, values: Pick<Values, 'url' | 'username'>): boolean {
  return place(camera.url) !== place(values.url) || camera.username !== values.username.trim();
}

function place(url: string): string {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/([^/?#]*)/i.exec(url.trim()) ?? [];
  return `${scheme.toLowerCase()}://${rest.toLowerCase()}`;
}

const NAMES = new Set<string>(Object.keys(valuesOf()));

/** Refusals of the service that belong to a field of the form. */
export function fieldErrors(error: unknown): { name: keyof Values; reason: string }[] {
  if (!(error instanceof ApiProblem)) return [];
  return error.errors.flatMap(({ field, reason }) => {
    const name = field.split(/[.[]/).findLast((part) => NAMES.has(part));
    return name === undefined ? [] : [{ name: name as keyof Values, reason }];
  });
}
