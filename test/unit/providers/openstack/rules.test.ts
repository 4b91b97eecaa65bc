import { describe, expect, it } from '@jest/globals';
import { missingRules, rulesOf } from '../../../../src/providers/openstack/rules.js';
import { SecurityGroups } from '../../../../src/providers/openstack/shapes.js';
import { answer } from './answers.js';

const openings = { sshNetworks: ['0.0.0.0/0'], clientNetworks: ['10.88.0.0/24', 'fd00::/8'], databasePort: 5432 };

describe('the rules of a cluster’s security group', () => {
  it('let in SSH, the clients of the database, and the nodes among themselves', () => {
    const rules = rulesOf('g', openings).map((rule) => {
      const { ethertype, protocol, port_range_min: port, remote_ip_prefix: from, remote_group_id: group } = rule;
      return [ethertype, protocol, port ?? 'all', from ?? group].join(' ');
    });
    expect(rules).toEqual([
      'IPv4 tcp 22 0.0.0.0/0',
      'IPv4 tcp 5432 10.88.0.0/24',
      'IPv6 tcp 5432 fd00::/8',
      'IPv4 tcp all g',
      'IPv4 icmp all g',
      'IPv6 tcp all g',
      'IPv6 ipv6-icmp all g',
    ]);
  });

  it('open no port of a database that is not known', () => {
    const rules = rulesOf('g', { ...openings, databasePort: undefined });
    expect(rules.filter(({ remote_ip_prefix: from }) => from !== undefined)).toHaveLength(1);
  });

  it('are asked for where Neutron has not got them', () => {
    const [group] = SecurityGroups.parse(answer('security-groups')).security_groups;
    const wishes = rulesOf(group?.id ?? '', openings);
    const missing = missingRules(wishes, group?.security_group_rules ?? []);
    // The recorded group has SSH, the clients of IPv4, and two of the four rules among the nodes.
    expect(missing).toEqual([wishes[2], wishes[4], wishes[5]]);
  });
});
