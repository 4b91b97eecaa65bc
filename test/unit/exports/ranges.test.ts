import { describe, expect, it } from '@jest/globals';
import { contentRangeOf, rangeOf } from '../../../src/exports/ranges.js';

describe('the range of a download', () => {
  it.each([
    [undefined, 'whole'],
    ['bytes=0-', { first: 0, last: 99 }],
    ['bytes=10-19', { first: 10, last: 19 }],
    ['bytes=90-1000', { first: 90, last: 99 }],
    ['bytes=-10', { first: 90, last: 99 }],
    ['bytes=-1000', { first: 0, last: 99 }],
    ['bytes=99-99', { first: 99, last: 99 }],
    ['bytes=100-', null],
    ['bytes=-0', null],
    ['bytes=20-10', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['bytes=-', 'whole'],
    ['items=0-1', 'whole'],
    ['nonsense', 'whole'],
  ])('%p of 100 bytes', (header, expected) => {
    expect(rangeOf(header, 100)).toEqual(expected);
  });
});

describe('the place of what is uploaded', () => {
  it.each([
    ['bytes 0-99/100', { first: 0, last: 99, size: 100 }],
    ['bytes 50-59/100', { first: 50, last: 59, size: 100 }],
    ['bytes 0-100/100', null],
    ['bytes 9-8/100', null],
    ['bytes */100', null],
    ['bytes 0-1/*', null],
    ['0-1/100', null],
  ])('%p', (header, expected) => {
    expect(contentRangeOf(header)).toEqual(expected);
  });
});
