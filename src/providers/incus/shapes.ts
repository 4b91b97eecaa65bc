import { z } from 'zod';

/** What we read of Incus's answers; the rest of them passes unseen. */
const texts = z.record(z.string(), z.string());

const Address = z.object({ family: z.string(), address: z.string(), scope: z.string() });
const Network = z.record(z.string(), z.object({ addresses: z.array(Address).nullish() }));
export type Network = z.output<typeof Network>;

/** An instance with its state (`recursion=1` on one, `recursion=2` on a list). */
export const Instance = z.object({
  name: z.string(),
  status: z.string(),
  config: texts,
  devices: z.record(z.string(), texts),
  state: z.object({ network: Network.nullish() }).nullish(),
});
export type Instance = z.output<typeof Instance>;

/** Incus about itself; its drivers as `lxc | qemu`. */
export const Host = z.object({ environment: z.object({ driver: z.string() }) });

export const Profile = z.object({ devices: z.record(z.string(), texts) });

export const Volume = z.object({
  name: z.string(),
  config: texts,
  used_by: z.array(z.string()).nullish(),
  content_type: z.string(),
});
export type Volume = z.output<typeof Volume>;

export const Alias = z.object({ name: z.string(), target: z.string(), type: z.string() });
export const Image = z.object({ fingerprint: z.string(), type: z.string() });

/** Operations by their status, with what they work on and how far they are. */
export const Operations = z.record(
  z.string(),
  z.array(
    z.object({
      id: z.string(),
      description: z.string(),
      resources: z.object({ instances: z.array(z.string()).nullish() }).nullish(),
      metadata: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
);
