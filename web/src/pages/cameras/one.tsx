import { InWork } from '../in-work';

export default function CameraPage() {
  return <InWork title="Camera" />;
}
