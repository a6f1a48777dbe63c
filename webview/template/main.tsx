import '../shared/theme.css';
import '../shared/segments.css';
import '../shared/ruling.css';
import './template.css';
import { startPage } from '../shared/page.tsx';
import { Template } from './template.tsx';

startPage(<Template />);
