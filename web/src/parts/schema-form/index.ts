/** A form made from an algorithm's JSON Schema. */
export { SchemaForm, type SchemaFormProps } from './form';
export { fieldsOf, inherited, wrongFields, type Given, type Origin } from './schema';
