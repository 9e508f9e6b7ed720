import { InWork } from '../in-work';

export default function CatalogPage() {
  return <InWork title="Catalog" />;
}
