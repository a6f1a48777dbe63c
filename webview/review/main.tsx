import '../shared/theme.css';
import '../shared/ruling.css';
import './review.css';
import { startPage } from '../shared/page.tsx';
import { Review } from './review.tsx';

startPage(<Review />);
