"""Sentences about a file, its sheets, its header and its rows. See `messages`."""

from __future__ import annotations

from collections.abc import Mapping

FILE_MESSAGES: Mapping[str, Mapping[str, str]] = {
    # the file itself
    "berkas_nol_byte": {
        "id": "Berkas ini kosong (0 byte). Buka berkas aslinya, simpan, lalu unggah lagi.",
        "en": "The file is empty (0 bytes). Open the original, save it, then upload it again.",
    },
    "berkas_kosong": {
        "id": "Berkas ini tidak berisi apa-apa. Isi tabelnya, lalu unggah lagi.",
        "en": "There is nothing in this file. Fill in the table, then upload it again.",
    },
    "tanpa_baris": {
        "id": "{tempat}: hanya ada judul kolom, belum ada baris data. Isi paling sedikit satu "
        "baris di bawah judul.",
        "en": "{tempat}: there are column titles but no rows. Fill in at least one row below.",
    },
    "berkas_bukan_xlsx": {
        "id": "Isi berkas ini {jenis}, bukan buku kerja Excel. Buka tabelnya di Excel, pilih "
        "Simpan Sebagai > Buku Kerja Excel (.xlsx), lalu unggah hasilnya.",
        "en": "This file holds {jenis}, not an Excel workbook. Open the table in Excel, choose "
        "Save As > Excel Workbook (.xlsx), then upload the result.",
    },
    "berkas_bukan_csv": {
        "id": "Isi berkas ini {jenis}, bukan teks CSV. Simpan tabelnya sebagai CSV UTF-8 atau "
        ".xlsx, lalu unggah hasilnya.",
        "en": "This file holds {jenis}, not CSV text. Save the table as CSV UTF-8 or .xlsx, then "
        "upload the result.",
    },
    "berkas_xls": {
        "id": "Ini buku kerja Excel lama (.xls). Buka di Excel, simpan sebagai Buku Kerja Excel "
        "(.xlsx), lalu unggah hasilnya.",
        "en": "This is an old Excel workbook (.xls). Open it in Excel, save it as Excel Workbook "
        "(.xlsx), then upload the result.",
    },
    "berkas_berkata_sandi": {
        "id": "Buku kerja ini terkunci dengan kata sandi. Hapus kata sandinya (Berkas > Info > "
        "Proteksi), simpan, lalu unggah lagi.",
        "en": "This workbook is locked with a password. Remove it (File > Info > Protect), save, "
        "then upload again.",
    },
    "berkas_makro": {
        "id": "Buku kerja ini berisi makro. Simpan sebagai Buku Kerja Excel (.xlsx) tanpa makro, "
        "lalu unggah lagi.",
        "en": "This workbook holds macros. Save it as Excel Workbook (.xlsx) without macros, then "
        "upload again.",
    },
    "berkas_bersisipan": {
        "id": "Buku kerja ini berisi berkas atau objek lain yang disisipkan ({bagian}). Hapus "
        "objek itu, simpan, lalu unggah lagi.",
        "en": "This workbook has other files or objects embedded in it ({bagian}). Remove them, "
        "save, then upload again.",
    },
    "berkas_bom_zip": {
        "id": "Isi berkas ini jauh lebih besar dari ukurannya dan tidak dibuka demi keamanan. "
        "Salin tabelnya saja ke buku kerja baru, lalu unggah.",
        "en": "The content of this file is far larger than its size, so it was not opened for "
        "safety. Copy just the table to a new workbook and upload that.",
    },
    "berkas_rusak": {
        "id": "Berkas tidak dapat dibaca karena susunannya rusak. Buka di Excel, simpan sebagai "
        ".xlsx baru tanpa kata sandi, lalu unggah lagi.",
        "en": "The file cannot be read because its structure is damaged. Open it in Excel, save "
        "as a new .xlsx without a password, then upload again.",
    },
    "berkas_terlalu_besar": {
        "id": "Ukuran berkas {ukuran} MB, paling besar {batas} MB. Hapus gambar dan lembar yang "
        "tidak perlu, atau bagi menjadi beberapa berkas.",
        "en": "The file is {ukuran} MB, at most {batas} MB is allowed. Remove pictures and sheets "
        "that are not needed, or split the file.",
    },
    "terlalu_lebar": {
        "id": "{tempat}: lebih dari {batas} kolom. Hapus kolom di kanan tabel, lalu unggah lagi.",
        "en": "{tempat}: more than {batas} columns. Delete the columns right of the table.",
    },
    "terlalu_banyak_baris": {
        "id": "Tabel ini lebih dari {batas} baris. Bagi menjadi beberapa berkas.",
        "en": "The table has more than {batas} rows. Split it into several files.",
    },
    "terlalu_banyak_lembar": {
        "id": "Buku kerja ini lebih dari {batas} lembar. Sisakan lembar yang diminta saja.",
        "en": "The workbook has more than {batas} sheets. Keep only the sheet asked for.",
    },
    "sel_terlalu_panjang": {
        "id": "{tempat}: ada sel dengan lebih dari {batas} huruf. Ringkas isinya.",
        "en": "{tempat}: a cell holds more than {batas} characters. Shorten it.",
    },
    "teks_tidak_terbaca": {
        "id": "Huruf dalam berkas ini tidak terbaca. Simpan sebagai CSV UTF-8 atau .xlsx, lalu "
        "unggah lagi.",
        "en": "The text of this file cannot be read. Save it as CSV UTF-8 or .xlsx, then upload.",
    },
    "kutip_rusak": {
        "id": '{tempat}: tanda kutip (") tidak berpasangan. Perbaiki tanda kutip di baris itu, '
        "atau simpan lagi dari Excel.",
        "en": '{tempat}: the quotation marks (") do not pair. Mend that line or save again from '
        "Excel.",
    },
    "berkas_tidak_terbaca": {
        "id": "Berkas tidak dapat diperiksa. Simpan sebagai Excel (.xlsx), tanpa kata sandi, lalu "
        "unggah lagi.",
        "en": "The file could not be checked. Save it as Excel (.xlsx) without a password, then "
        "upload again.",
    },
    "waktu_habis": {
        "id": "Pemeriksaan berhenti karena melewati batas waktu atau memori. Kecilkan berkas, "
        "hapus lembar dan format yang tidak perlu, lalu unggah lagi.",
        "en": "The check stopped at its limit of time or memory. Make the file smaller, remove "
        "sheets and formats that are not needed, then upload again.",
    },
    "pemeriksa_menolak": {
        "id": "{tempat}: pemeriksaan tidak dapat memastikan bagian ini benar. Periksa isinya, "
        "atau hubungi walidata bila sudah benar.",
        "en": "{tempat}: the check could not make sure that this is right. Look at it again, or "
        "ask the walidata when it is right.",
    },
    "skema_rusak": {
        "id": "Aturan untuk tabel ini tidak dapat dipakai ({sebab}). Hubungi pengelola portal; "
        "berkas Anda tidak bersalah.",
        "en": "The rules for this table cannot be used ({sebab}). Tell the portal's manager; your "
        "file is not at fault.",
    },
    # sheets
    "lembar_ganda": {
        "id": "Ada {jumlah} lembar yang berisi tabel ini: {daftar}. Sisakan satu lembar saja.",
        "en": "{jumlah} sheets hold this table: {daftar}. Keep only one of them.",
    },
    "lembar_lain": {
        "id": "Lembar lain yang berisi data tidak diperiksa: {daftar}. Hapus lembar itu bila "
        "bukan bagian dari data ini.",
        "en": "Other sheets with content were not checked: {daftar}. Delete them when they are "
        "not part of this data.",
    },
    "lembar_tersembunyi": {
        "id": "Lembar {daftar} tersembunyi tetapi berisi data. Tampilkan atau hapus lembar itu, "
        "lalu unggah lagi.",
        "en": "Sheet {daftar} is hidden but holds data. Show it or delete it, then upload again.",
    },
    # the header
    "kepala_tidak_ditemukan": {
        "id": "{tempat}: baris judul kolom tidak ditemukan. Judul yang diminta: {daftar}. Pakai "
        "templat, jangan menghapus baris judulnya.",
        "en": "{tempat}: no row of column titles was found. Titles asked for: {daftar}. Use the "
        "template and keep its title row.",
    },
    "judul_berupa_angka": {
        "id": '{tempat}: di tempat judul kolom ada angka ("{nilai}"). Tambahkan satu baris judul '
        "kolom di atas data.",
        "en": '{tempat}: there are numbers ("{nilai}") where the column titles should be. Add a '
        "row of titles above the data.",
    },
    "kepala_dua_baris": {
        "id": "{tempat}: judul kolom terbagi dalam dua baris. Tulis semua judul dalam satu baris: "
        "{daftar}.",
        "en": "{tempat}: the column titles are spread over two rows. Write them all in one row: "
        "{daftar}.",
    },
    "kolom_hilang": {
        "id": '{tempat}: kolom "{nama}" tidak ada. Tambahkan kolom dengan judul itu.',
        "en": '{tempat}: the column "{nama}" is missing. Add a column with that title.',
    },
    "kolom_salah_judul": {
        "id": '{tempat}: judul kolom "{nilai}" tidak dikenal; mungkin maksudnya "{nama}". '
        "Perbaiki judulnya.",
        "en": '{tempat}: the column title "{nilai}" is not known; perhaps "{nama}" is meant. '
        "Mend the title.",
    },
    "kolom_ganda": {
        "id": '{tempat}: kolom "{nilai}" tertulis dua kali, pertama di {sel_lain}. Hapus salah '
        "satu.",
        "en": '{tempat}: the column "{nilai}" is there twice, first in {sel_lain}. Delete one.',
    },
    "kolom_tidak_dikenal": {
        "id": '{tempat}: kolom "{nilai}" tidak dikenal dalam tabel ini. Hapus kolom itu.',
        "en": '{tempat}: the column "{nilai}" does not belong to this table. Delete it.',
    },
    "templat_lama": {
        "id": "{tempat}: berkas ini tampaknya dibuat dari templat lain atau templat lama; Daftar "
        "IKK sekarang tidak punya kolom {daftar}. Unduh templat baru, lalu pindahkan isinya.",
        "en": "{tempat}: this file seems to come from another template or an old one; today's list "
        "of indicators has no column {daftar}. Download a new template and move the content.",
    },
    "kolom_tanpa_judul": {
        "id": "{tempat}: ada isi di kolom yang tidak berjudul. Hapus isinya, atau pindahkan ke "
        "kolom yang benar.",
        "en": "{tempat}: there is content in a column without a title. Delete it or move it to "
        "the right column.",
    },
    "urutan_kolom": {
        "id": "Urutan kolom berbeda dari templat; kolom dibaca menurut judulnya.",
        "en": "The columns are in another order than in the template; they were read by title.",
    },
    "judul_kolom_disesuaikan": {
        "id": '{tempat}: judul "{nilai}" dibaca sebagai kolom "{nama}".',
        "en": '{tempat}: the title "{nilai}" was read as the column "{nama}".',
    },
    "kolom_ditambahkan": {
        "id": 'Kolom "{nama}" tidak ada dan boleh kosong, jadi dianggap kosong.',
        "en": 'The column "{nama}" is missing and may be blank, so it was taken as blank.',
    },
    "baris_judul_dilewati": {
        "id": "{jumlah} baris di atas judul kolom tidak dibaca sebagai data.",
        "en": "{jumlah} rows above the column titles were not read as data.",
    },
    # rows
    "baris_nomor_kolom": {
        "id": "{tempat}: baris nomor kolom dilewati.",
        "en": "{tempat}: a row of column numbers was skipped.",
    },
    "judul_berulang": {
        "id": "{tempat}: judul kolom tertulis lagi; baris ini dilewati.",
        "en": "{tempat}: the column titles are repeated; this row was skipped.",
    },
    "baris_kosong": {
        "id": "{tempat}: ada baris kosong di tengah tabel; baris ini dilewati.",
        "en": "{tempat}: there is a blank row inside the table; it was skipped.",
    },
    "catatan_dilewati": {
        "id": '{tempat}: catatan di bawah tabel ("{nilai}") tidak dibaca sebagai data.',
        "en": '{tempat}: the note below the table ("{nilai}") was not read as data.',
    },
    "baris_tidak_lengkap": {
        "id": '{tempat}: baris ini hanya berisi "{nilai}". Lengkapi barisnya, atau hapus bila '
        "bukan data.",
        "en": '{tempat}: this row holds only "{nilai}". Complete it, or delete it when it is '
        "not data.",
    },
    "baris_jumlah_dilewati": {
        "id": '{tempat}: baris "{nilai}" adalah jumlah, bukan data, jadi dilewati. Sebaiknya '
        "hapus baris itu.",
        "en": '{tempat}: the row "{nilai}" is a total, not data, so it was skipped. It is '
        "better to delete it.",
    },
    "baris_jumlah": {
        "id": '{tempat}: baris "{nilai}" tampaknya jumlah seluruh wilayah. Bila ini angka '
        "{wilayah}, tulis kodenya; bila bukan, hapus baris itu dan isi baris {wilayah}.",
        "en": '{tempat}: the row "{nilai}" looks like a total. If it is the number of '
        "{wilayah}, write that code; if not, delete it and fill in the row of {wilayah}.",
    },
    "baris_tersembunyi": {
        "id": "{tempat}: baris ini tersembunyi tetapi berisi data. Tampilkan atau hapus barisnya.",
        "en": "{tempat}: this row is hidden but holds data. Show it or delete it.",
    },
    "kolom_tersembunyi": {
        "id": '{tempat}: kolom "{nilai}" tersembunyi tetapi berisi data. Tampilkan atau hapus '
        "kolomnya.",
        "en": '{tempat}: the column "{nilai}" is hidden but holds data. Show it or delete it.',
    },
    "sel_berlebih": {
        "id": '{tempat}: ada isi "{nilai}" di luar kolom tabel. Bila ini bagian dari angka '
        'berkoma, tulis angkanya dalam tanda kutip, misalnya "12,5"; bila bukan, hapus.',
        "en": '{tempat}: there is "{nilai}" outside the table\'s columns. If it belongs to a '
        'number with a comma, put the number in quotes, such as "12,5"; if not, delete it.',
    },
    "angka_terbelah": {
        "id": '{tempat} hanya berisi "{nilai}"; mungkin bagian dari angka berkoma di kolom '
        'sebelumnya. Tulis angka itu dalam tanda kutip, misalnya "50,5", atau simpan CSV dengan '
        "titik koma.",
        "en": '{tempat} holds only "{nilai}"; perhaps it belongs to a number with a comma in the '
        'column before. Put that number in quotes, such as "50,5", or save the CSV with '
        "semicolons.",
    },
    "baris_ganda": {
        "id": "{tempat}: isi kolom {kunci} sama dengan baris {baris_lain}, jadi tertulis dua kali. "
        "Hapus salah satu.",
        "en": "{tempat}: the columns {kunci} are the same as in row {baris_lain}, so it is there "
        "twice. Delete one.",
    },
    "sel_gabung": {
        "id": "{tempat}: sel {rentang} digabung, sehingga tidak jelas isinya milik siapa. Pisahkan "
        "selnya, lalu isi satu per satu.",
        "en": "{tempat}: the cells {rentang} are merged, so it is not clear what belongs where. "
        "Unmerge them and fill in each one.",
    },
    "sel_gabung_diisi": {
        "id": '{tempat}: sel {rentang} digabung; isinya "{nilai}" dipakai untuk setiap barisnya.',
        "en": '{tempat}: the cells {rentang} are merged; "{nilai}" was used for each row.',
    },
    "wilayah_wajib": {
        "id": "Baris untuk {wilayah} belum ada. Tambahkan satu baris dengan kode wilayah {kode}.",
        "en": "The row of {wilayah} is missing. Add one row with the region code {kode}.",
    },
    "kodefikasi_windows": {
        "id": "Berkas dibaca dengan huruf Windows-1252. Sebaiknya simpan sebagai CSV UTF-8.",
        "en": "The file was read as Windows-1252. It is better to save it as CSV UTF-8.",
    },
}
