import '../shared/theme.css';
import '../shared/tables.css';
import './packing.css';
import { startPage } from '../shared/page.tsx';
import { Packing } from './packing.tsx';

startPage(<Packing />);
