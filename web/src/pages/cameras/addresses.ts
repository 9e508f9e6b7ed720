/** RTSP addresses as makers build them, and logins that were pasted along with one. Pure. */

export type Maker = 'hikvision' | 'dahua' | 'uniview';

export const MAKERS: Record<Maker, { zh: string; en: string }> = {
  hikvision: { zh: '海康威视', en: 'Hikvision' },
  dahua: { zh: '大华', en: 'Dahua' },
  uniview: { zh: '宇视', en: 'Uniview' },
};

/** The address of a channel; `sub` is the smaller second stream. */
export function addressOf(maker: Maker, host: string, channel: number, sub: boolean): string {
  const n = String(channel);
  switch (maker) {
    case 'hikvision':
      return `rtsp://${host}:554/Streaming/Channels/${n}0${sub ? '2' : '1'}`;
    case 'dahua':
      return `rtsp://${host}:554/cam/realmonitor?channel=${n}&subtype=${sub ? '1' : '0'}`;
    case 'uniview':
      return `rtsp://${host}:554/unicast/c${n}/s${sub ? '1' : '0'}/live`;
  }
}

/** The host of an address, '' when there is none yet. */
export function hostOf(address: string): string {
  const [, host = ''] = /^(?:rtsps?:\/\/)?(?:[^/]*@)?([^/:?#]+)/i.exec(address.trim()) ?? [];
  return host;
}

export interface Parted {
  url: string;
  username: string;
  password: string;
}

/**
 * Take the login out of an address: `rtsp://admin:secret@host/…` is what people paste.
 *
 * The last @ before the path counts, since passwords hold more of them. null: there is no login.
 */
export function parted(address: string): Parted | null {
  const found = /^(rtsps?:\/\/)([^/?#]*)@(.*)$/is.exec(address.trim()) ?? /^(rtsps?:\/\/)(.+)@(.*)$/is.exec(address.trim());
  const [, scheme, login, rest] = found ?? [];
  if (scheme === undefined || login === undefined || rest === undefined) return null;
  const [, user = '', password = ''] = /^([^:]*):?(.*)$/s.exec(login) ?? [];
  return { url: scheme + rest, username: plain(user), password: plain(password) };
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A lone % is not an encoding.
  }
}
