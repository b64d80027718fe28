import type { ActionOptions } from '../actions/up.ts';
import type { OptionDeclaration } from './command.ts';

/** Of commands that change the project. */
export const leaseOptions: {
  readonly leaseTimeout: OptionDeclaration & { readonly kind: 'number' };
  readonly noWaitLease: OptionDeclaration & { readonly kind: 'switch' };
} = {
  leaseTimeout: {
    kind: 'number',
    flags: '--lease-timeout <seconds>',
    about: 'Longest wait for another command that changes the project (default: 600)',
  },
  noWaitLease: {
    kind: 'switch',
    flags: '--no-wait-lease',
    about: 'Leave with exit code 4 when another command changes the project',
  },
};

/** What these options say to an action. */
export function leaseWaitOf({
  leaseTimeout,
  noWaitLease,
}: LeaseFlags): Pick<ActionOptions, 'leaseWaitMs'> {
  if (noWaitLease) return { leaseWaitMs: 0 };
  return leaseTimeout === undefined ? {} : { leaseWaitMs: leaseTimeout * 1000 };
}

export interface LeaseFlags {
  readonly leaseTimeout: number | undefined;
  readonly noWaitLease: boolean;
}
