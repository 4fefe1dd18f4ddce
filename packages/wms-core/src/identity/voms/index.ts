/** VOMS as a whole: what is known of it, and the attributes it gives. */
export * from './voms-attributes.service.ts';
export * from './voms-folders.adapter.ts';
