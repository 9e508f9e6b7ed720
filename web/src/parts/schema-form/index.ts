/** A form made from an algorithm's JSON Schema. */
export { SchemaForm, type SchemaFormProps } from './form';
export { inherited, wrongFields, type Given, type Origin } from './schema';
