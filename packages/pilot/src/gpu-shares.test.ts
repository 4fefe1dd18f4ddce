import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareGpus } from './gpu-shares.ts';

const visible = ({ variables }: { readonly variables: Readonly<Record<string, string>> }) =>
  variables['CUDA_VISIBLE_DEVICES'];

test('no two payloads get the same GPU, and what is given back is given again', () => {
  const shares = shareGpus(['2', 'GPU-8932f937', '5']);
  const first = shares.take(2);
  assert.equal(visible(first), '2,GPU-8932f937');
  assert.equal(visible(shares.take(1)), '5');
  first.giveBack();
  first.giveBack();
  assert.equal(visible(shares.take(2)), '2,GPU-8932f937', 'once, however often it is given back');
});

test('a payload that asked for none sees none, whoever made them', () => {
  assert.deepEqual(shareGpus(['0']).take(0).variables, {
    CUDA_VISIBLE_DEVICES: '-1',
    ROCR_VISIBLE_DEVICES: '-1',
  });
});

test('a node without GPUs says nothing of them', () => {
  assert.deepEqual(shareGpus([]).take(1).variables, {});
});
