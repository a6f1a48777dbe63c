import '../shared/theme.css';
import './review.css';
import { startPage } from '../shared/page.tsx';
import { Review } from './review.tsx';

startPage(<Review />);
