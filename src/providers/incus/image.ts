import { z } from 'zod';
import { DomainError } from '../../errors.js';
import type { IncusApi } from './api.js';
import { segment } from './names.js';
import type { InstanceType } from './settings.js';
import { Alias, Host, Image } from './shapes.js';

/** Throws NOT_SUPPORTED where Incus's host cannot run what servers shall be, such as virtual machines without KVM. */
export async function refuseType(api: IncusApi, type: InstanceType, signal: AbortSignal): Promise<void> {
  if (type === 'container') return;
  const { driver } = (await api.get(Host, '', signal)).environment;
  if (driver.includes('qemu')) return;
  const words = `the host of Incus cannot run virtual machines: it has the driver ${driver} and no QEMU with KVM`;
  throw new DomainError('NOT_SUPPORTED', `${words}; set DTROVE_INCUS_TYPE=container, or use another host`);
}

/**
 * The fingerprint of an image that Incus has, by its alias or its fingerprint.
 * Throws BAD_USER_INPUT on `datastoreId`, the input that has chosen the image, naming the images there are.
 */
export async function imageNamed(
  api: IncusApi,
  name: string,
  type: InstanceType,
  signal: AbortSignal,
): Promise<string> {
  const alias = await api.find(Alias, `/images/aliases/${segment(name)}`, signal);
  const image = await api.find(Image, `/images/${segment(alias?.target ?? name)}`, signal);
  if (image?.type === type) return image.fingerprint;
  const aliases = await api.get(z.array(Alias), '/images/aliases?recursion=1', signal);
  const fitting = aliases.filter((one) => one.type === type).map((one) => one.name);
  const there = fitting.length === 0 ? 'it has none' : `it has: ${fitting.sort().join(', ')}`;
  throw new DomainError('BAD_USER_INPUT', `Incus has no image ${name} of a ${type}; ${there}`, {
    field: 'datastoreId',
  });
}
